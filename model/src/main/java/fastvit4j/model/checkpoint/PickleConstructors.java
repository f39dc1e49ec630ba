package fastvit4j.model.checkpoint;

import fastvit4j.model.checkpoint.PickleValue.Constant;
import fastvit4j.model.checkpoint.PickleValue.Dict;
import fastvit4j.model.checkpoint.PickleValue.Name;
import fastvit4j.model.checkpoint.PickleValue.Opaque;
import fastvit4j.model.checkpoint.PickleValue.Sequence;
import fastvit4j.model.checkpoint.PickleValue.Storage;
import fastvit4j.model.checkpoint.PickleValue.Str;
import fastvit4j.model.checkpoint.PickleValue.Tuple;
import fastvit4j.model.checkpoint.PickleValue.View;
import fastvit4j.model.checkpoint.PickleValue.Whole;
import fastvit4j.model.io.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the data that a pickle's calls stand for: the few functions by which {@code torch.save}
 * says how its tensors are rebuilt, and nothing else.
 */
record PickleConstructors(String file, Budget budget) {
  private static final int MAX_RANK = 16;
  private static final int PAIR_COST = 80;

  /** Refuses a name that is none of those known. */
  static CheckpointException refused(String file, String name) {
    return new CheckpointException(
        file,
        "needs %s, which no state dictionary is made of and which is neither loaded nor run; in Python, save the weights alone: torch.save(model.state_dict(), FILE)"
            .formatted(Text.quote(name)));
  }

  /** What calling a name with arguments stands for. */
  PickleValue construct(PickleValue callee, PickleValue arguments) {
    if (!(callee instanceof Name(String name))) {
      throw damaged("calls something that is not a constructor's name");
    }
    if (!(arguments instanceof Tuple(List<PickleValue> items))) {
      throw damaged("calls " + name + " without a tuple of arguments");
    }
    return switch (name) {
      case PickleNames.ORDERED_DICT -> dictionary(items);
      case PickleNames.DEFAULT_DICT -> new Dict();
      case PickleNames.SIZE -> size(items);
      case PickleNames.TENSOR, PickleNames.TENSOR_V2 -> tensor(name, items);
      case PickleNames.PARAMETER, PickleNames.PARAMETER_WITH_STATE -> parameter(name, items);
      default -> {
        if (PickleNames.isStorage(name)) {
          throw damaged("builds a " + name + " by itself");
        }
        yield new Opaque(name);
      }
    };
  }

  /** An empty dictionary, or one of the pairs in a list, as Python 2 wrote it. */
  private Dict dictionary(List<PickleValue> arguments) {
    Dict dict = new Dict();
    if (arguments.isEmpty()) {
      return dict;
    }
    if (arguments.size() != 1 || !(arguments.getFirst() instanceof Sequence(List<PickleValue> p))) {
      throw damaged("builds a dictionary of something other than pairs");
    }
    // The same list can be given to any number of calls.
    budget.charge((long) PAIR_COST * p.size(), "its pickle");
    for (PickleValue pair : p) {
      List<PickleValue> items =
          switch (pair) {
            case Sequence(List<PickleValue> list) -> list;
            case Tuple(List<PickleValue> tuple) -> tuple;
            default -> List.of();
          };
      if (items.size() != 2) {
        throw damaged("builds a dictionary of something other than pairs");
      }
      dict.set(items.get(0), items.get(1));
    }
    return dict;
  }

  private Tuple size(List<PickleValue> arguments) {
    if (arguments.size() == 1 && arguments.getFirst() instanceof Tuple extents) {
      return extents;
    }
    throw damaged("builds a " + PickleNames.SIZE + " of something other than a tuple");
  }

  /** What {@code _rebuild_parameter(data, requires_grad, hooks)} stands for: the data. */
  private View parameter(String name, List<PickleValue> arguments) {
    if (!arguments.isEmpty() && arguments.getFirst() instanceof View view) {
      return view;
    }
    throw depends(name, arguments.isEmpty() ? Constant.NONE : arguments.getFirst());
  }

  /**
   * {@code (storage, offset, shape, strides, requires_grad, hooks, metadata)}, from the fifth on
   * optional.
   */
  private View tensor(String name, List<PickleValue> arguments) {
    if (arguments.size() < 4 || arguments.size() > 7) {
      throw damaged("builds a tensor of %d arguments".formatted(arguments.size()));
    }
    if (!(arguments.get(0) instanceof Storage storage)) {
      throw depends(name, arguments.get(0));
    }
    long offset = whole(name, arguments.get(1));
    List<Long> extents = wholes(name, arguments.get(2));
    List<Long> strides = wholes(name, arguments.get(3));
    if (arguments.size() == 7) {
      // Whether values are conjugate or negative: never so for the weights of a network.
      PickleValue metadata = arguments.get(6);
      boolean none =
          metadata == Constant.NONE || (metadata instanceof Dict d && d.keys().isEmpty());
      if (!none) {
        throw damaged("has a tensor with metadata, as of a negative or conjugate view");
      }
    }
    return view(storage, offset, extents, strides);
  }

  private View view(Storage storage, long offset, List<Long> extents, List<Long> strides) {
    if (extents.size() != strides.size() || extents.size() > MAX_RANK) {
      throw damaged(
          "has a tensor with %d dimensions and %d strides"
              .formatted(extents.size(), strides.size()));
    }
    List<Integer> shape = new ArrayList<>();
    try {
      long elements = 1;
      long last = offset;
      for (int i = 0; i < extents.size(); i++) {
        long extent = extents.get(i);
        shape.add(Math.toIntExact(extent));
        elements = Math.multiplyExact(elements, extent);
        last = Math.addExact(last, Math.multiplyExact(extent - 1, strides.get(i)));
      }
      boolean within = elements == 0 ? offset <= storage.elements() : last < storage.elements();
      if (!within) {
        throw damaged("has a tensor that goes past its storage " + Text.quote(storage.key()));
      }
      Math.multiplyExact(elements, (long) Long.BYTES);
    } catch (ArithmeticException e) {
      throw damaged("has a tensor larger than any file");
    }
    return new View(storage, offset, shape, strides);
  }

  /** {@code ('storage', type, key, location, elements)}. */
  Storage storage(PickleValue id) {
    if (id instanceof Tuple(List<PickleValue> items)
        && items.size() == 5
        && items.get(0) instanceof Str(String kind)
        && kind.equals("storage")
        && items.get(1) instanceof Name(String type)
        && PickleNames.isStorage(type)
        && items.get(2) instanceof Str(String key)
        && items.get(4) instanceof Whole(long elements)
        && elements >= 0
        && elements <= Long.MAX_VALUE / Long.BYTES) {
      return new Storage(type, PickleNames.elements(type), key, elements);
    }
    throw damaged("refers to something that is no storage");
  }

  private List<Long> wholes(String name, PickleValue value) {
    if (!(value instanceof Tuple(List<PickleValue> items))) {
      throw depends(name, value);
    }
    if (items.size() > MAX_RANK) {
      throw damaged("has a tensor with %d dimensions".formatted(items.size()));
    }
    return items.stream().map(item -> whole(name, item)).toList();
  }

  private long whole(String name, PickleValue value) {
    if (!(value instanceof Whole(long number))) {
      throw depends(name, value);
    }
    if (number < 0) {
      throw damaged("has a tensor with a negative size, stride or offset");
    }
    return number;
  }

  private CheckpointException depends(String name, PickleValue value) {
    String type =
        switch (value) {
          case Opaque(String opaque) -> opaque;
          case Name(String constructor) -> constructor;
          default -> "a " + value.getClass().getSimpleName();
        };
    return damaged("has a tensor (%s) that depends on %s".formatted(name, type));
  }

  private CheckpointException damaged(String how) {
    return new CheckpointException(
        file,
        "its pickle %s, as torch.save does not write; save the weights again, or download the file again"
            .formatted(how));
  }
}
