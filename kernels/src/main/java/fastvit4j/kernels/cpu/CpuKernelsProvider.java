package fastvit4j.kernels.cpu;

import fastvit4j.kernels.cpu.loops.LoopKernels;
import fastvit4j.kernels.cpu.loops.LoopWarmUp;
import fastvit4j.kernels.cpu.scalar.ScalarKernels;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds the kernels for this Java virtual machine. The Vector API incubates: it is there if Java
 * was started with {@code --add-modules jdk.incubator.vector}, and it pays if the optimising
 * compiler is on; no class that needs it is loaded before that is known. System property {@value
 * #PROPERTY} forces {@code scalar}, {@code loops} or a width in bits.
 */
public final class CpuKernelsProvider {
  /** {@code scalar}, {@code loops}, {@code 128}, {@code 256} or {@code 512}; the best if absent. */
  public static final String PROPERTY = "fastvit4j.vector";

  /**
   * {@code true} or {@code false}: whether matrix products are computed in pairs of terms, half of
   * whose multiplications are additions. If absent they are on processors that add vectors in units
   * of their own, AMD's with AVX-512.
   */
  public static final String PAIRED_PROPERTY = "fastvit4j.paired";

  private static final String MODULE = "jdk.incubator.vector";

  private CpuKernelsProvider() {}

  /**
   * What a look-up found.
   *
   * @param kernels kernels that work
   * @param passedOver why no better ones are used, one sentence that says what to do, or null
   */
  public record Found(CpuKernels kernels, String passedOver) {}

  /** The best kernels, or those that the system property names; found once. */
  public static Found find() {
    return Holder.FOUND;
  }

  /**
   * Where the system property asks for plain loops, has the JVM compile them while the caller does
   * other things; returns at once. For processes that run a network once.
   */
  public static void warmUp() {
    if (System.getProperty(PROPERTY, "").equals("loops")) {
      Thread.ofPlatform().daemon().name("warm-up").start(new LoopWarmUp());
    }
  }

  /** Plain loops, which are always there. */
  public static CpuKernels loops() {
    return new LoopKernels();
  }

  /** Scalar code, which the others are compared with. */
  public static CpuKernels scalar() {
    return new ScalarKernels();
  }

  /**
   * Vector code of a given width, for tests and comparisons.
   *
   * @throws IllegalArgumentException if it is not in {@link #widths()}
   */
  public static CpuKernels ofWidth(int bits) {
    return ofWidth(bits, VectorWidth.registers(), Adders.separate());
  }

  /**
   * Vector code of a given width with matrix products computed in pairs of terms, if there are 32
   * registers, or term by term, which differ in rounding.
   *
   * @throws IllegalArgumentException if the width is not in {@link #widths()}
   */
  public static CpuKernels ofWidth(int bits, boolean paired) {
    return ofWidth(bits, VectorWidth.registers(), paired);
  }

  /**
   * As {@link #ofWidth(int, boolean)}, written for a number of registers, 16 or 32, that need not
   * be this machine's: it computes the same, if slower.
   *
   * @throws IllegalArgumentException if the width is not in {@link #widths()}
   */
  public static CpuKernels ofWidth(int bits, int registers, boolean paired) {
    return load(loader(bits, registers, paired), "VectorKernels", CpuKernels.class);
  }

  /**
   * Measuring loops of a given width.
   *
   * @throws IllegalArgumentException if it is not in {@link #widths()}
   */
  public static CpuProbe probe(int bits) {
    return load(loader(bits, VectorWidth.registers(), false), "VectorProbe", CpuProbe.class);
  }

  /** Vector widths that can be used here, in bits, ascending; empty without vector code. */
  public static List<Integer> widths() {
    List<Integer> widths = new ArrayList<>();
    if (whyNoVectors() == null) {
      for (int bits = 128; bits <= Math.min(512, VectorWidth.preferred()); bits *= 2) {
        widths.add(bits);
      }
    }
    return widths;
  }

  private static Found look(String wanted) {
    if (wanted.equals("scalar")) {
      return new Found(scalar(), "vector code is off: remove -D" + PROPERTY + "=scalar");
    }
    if (wanted.equals("loops")) {
      return new Found(loops(), null);
    }
    String why = whyNoVectors();
    if (why != null) {
      return new Found(loops(), why);
    }
    if (wanted.isEmpty()) {
      return new Found(best(), null);
    }
    if (widths().stream().anyMatch(bits -> wanted.equals(bits.toString()))) {
      return new Found(ofWidth(Integer.parseInt(wanted)), null);
    }
    return new Found(
        best(), "-D" + PROPERTY + "=" + wanted + " is not one of scalar, loops and " + widths());
  }

  private static String whyNoVectors() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return "vector code is off: start java with --add-modules " + MODULE;
    }
    String mode = System.getProperty("java.vm.info", "").toLowerCase(Locale.ROOT);
    if (mode.contains("interpreted") || mode.contains("emulated-client")) {
      return "vector code is off: it needs Java's optimising compiler, but this one runs in "
          + mode;
    }
    if (VectorWidth.preferred() < 128) {
      return "vector code is off: this processor has no vectors that Java can use";
    }
    return null;
  }

  private static ClassLoader loader(int bits, int registers, boolean paired) {
    if (!widths().contains(bits)) {
      throw new IllegalArgumentException(
          "this machine has no vectors of " + bits + " bits, but of " + widths());
    }
    return new VectorWidth.Loader(
        bits, registers, paired, CpuKernelsProvider.class.getClassLoader());
  }

  private static CpuKernels best() {
    return load(CpuKernelsProvider.class.getClassLoader(), "VectorKernels", CpuKernels.class);
  }

  private static <T> T load(ClassLoader loader, String name, Class<T> type) {
    try {
      return Class.forName(VectorWidth.PACKAGE + name, true, loader)
          .asSubclass(type)
          .getDeclaredConstructor()
          .newInstance();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("the vector kernels do not start", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the vector kernels cannot be loaded", e);
    }
  }

  private static final class Holder {
    static final Found FOUND = look(System.getProperty(PROPERTY, ""));
  }
}
