package fastvit4j.runtime.half;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.security.ProtectionDomain;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Loads copies of a kernel's class, and of those in its package that it calls, with the overloads
 * that a kernel with some float16 parameters needs. The copies have the originals' names, lines and
 * variables, so that a debugger shows the kernel's own source. Everything else comes from the
 * loader of the originals.
 */
final class HalfClasses extends ClassLoader {
  private static final String LOOKUP = "lookupOfCopy";

  private final Class<?> owner;
  private final String folder;
  private final Instance entry;
  private final Map<String, ClassModel> models = new HashMap<>();

  /** For each class, the overloads in it. */
  private final Map<String, Map<Instance, HalfMethod>> overloads = new LinkedHashMap<>();

  private final Map<String, byte[]> files = new HashMap<>();

  /**
   * Copies for a kernel.
   *
   * @param half its parameters that are float16
   * @throws UnsupportedOperationException if it does more with them than read and write elements
   */
  HalfClasses(Class<?> owner, String method, BitSet half) {
    super(owner.getClassLoader());
    this.owner = owner;
    folder = owner.getPackageName().replace('.', '/') + "/";
    String name = owner.getName().replace('.', '/');
    MethodModel original =
        model(name).methods().stream()
            .filter(m -> m.methodName().equalsString(method))
            .findFirst()
            .orElseThrow();
    entry = new Instance(name, method, original.methodTypeSymbol(), half);
    collect();
  }

  private void collect() {
    Deque<Instance> open = new ArrayDeque<>();
    open.add(entry);
    while (!open.isEmpty()) {
      Instance next = open.remove();
      Map<Instance, HalfMethod> there =
          overloads.computeIfAbsent(next.owner(), _ -> new LinkedHashMap<>());
      if (!there.containsKey(next) && !isWritten(next)) {
        HalfMethod method = HalfMethod.of(next, code(next));
        there.put(next, method);
        for (Instance called : method.called()) {
          if (!called.owner().startsWith(folder)) {
            throw new UnsupportedOperationException("an array is handed to " + called.owner());
          }
          open.add(called);
        }
      }
    }
  }

  /** Whether its class has the overload already: somebody has written it. */
  private boolean isWritten(Instance instance) {
    return model(instance.owner()).methods().stream()
        .filter(m -> m.methodName().equalsString(instance.name()))
        .anyMatch(m -> m.methodTypeSymbol().equals(instance.halfType()));
  }

  /** The kernel. */
  Instance entry() {
    return entry;
  }

  /** What sees the class that has the kernel, and all in it. */
  MethodHandles.Lookup lookup() throws ReflectiveOperationException {
    Class<?> copy = Class.forName(owner.getName(), true, this);
    return (MethodHandles.Lookup) copy.getMethod(LOOKUP).invoke(null);
  }

  private CodeModel code(Instance instance) {
    return original(instance).code().orElseThrow();
  }

  private MethodModel original(Instance instance) {
    return model(instance.owner()).methods().stream()
        .filter(m -> m.methodName().equalsString(instance.name()))
        .filter(m -> m.methodTypeSymbol().equals(instance.type()))
        .findFirst()
        .orElseThrow();
  }

  private ClassModel model(String internalName) {
    return models.computeIfAbsent(
        internalName,
        name -> {
          try (InputStream in = getParent().getResourceAsStream(name + ".class")) {
            if (in == null) {
              throw new IOException("no class file of " + name);
            }
            return ClassFile.of().parse(in.readAllBytes());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private synchronized Optional<byte[]> file(String internalName) {
    boolean ours =
        internalName.startsWith(folder) && internalName.indexOf('/', folder.length()) < 0;
    return ours ? Optional.of(files.computeIfAbsent(internalName, this::write)) : Optional.empty();
  }

  private byte[] write(String internalName) {
    Map<Instance, HalfMethod> added = overloads.getOrDefault(internalName, Map.of());
    ClassHierarchyResolver hierarchy = ClassHierarchyResolver.ofClassLoading(getParent());
    return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy))
        .transformClass(
            model(internalName),
            new ClassTransform() {
              @Override
              public void accept(ClassBuilder builder, ClassElement element) {
                added.forEach((instance, method) -> add(builder, element, instance, method));
                if (!isEntry(internalName, element)) {
                  builder.with(element);
                }
              }

              @Override
              public void atEnd(ClassBuilder builder) {
                if (internalName.equals(entry.owner())) {
                  addLookup(builder);
                }
              }
            });
  }

  /** A method reference to the copy can be made from within only. */
  private static void addLookup(ClassBuilder builder) {
    MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_MethodHandles_Lookup);
    builder.withMethodBody(
        LOOKUP,
        type,
        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
        code -> code.invokestatic(ConstantDescs.CD_MethodHandles, "lookup", type).areturn());
  }

  /** The original is left out, as both have the same name and lines. */
  private boolean isEntry(String internalName, ClassElement element) {
    return internalName.equals(entry.owner())
        && element instanceof MethodModel method
        && method.methodName().equalsString(entry.name())
        && method.methodTypeSymbol().equals(entry.type());
  }

  private static void add(
      ClassBuilder builder, ClassElement element, Instance instance, HalfMethod method) {
    if (element instanceof MethodModel model
        && model.methodName().equalsString(instance.name())
        && model.methodTypeSymbol().equals(instance.type())) {
      builder.withMethod(
          instance.name(),
          instance.halfType(),
          model.flags().flagsMask(),
          m -> m.transformCode(model.code().orElseThrow(), method.transform()));
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      Optional<byte[]> file = file(name.replace('.', '/'));
      if (file.isEmpty()) {
        return super.loadClass(name, resolve);
      }
      ProtectionDomain domain = owner.getProtectionDomain();
      return defineClass(name, file.get(), 0, file.get().length, domain);
    }
  }

  /** The class file as it was loaded. */
  @Override
  public InputStream getResourceAsStream(String name) {
    if (name.endsWith(".class")) {
      Optional<byte[]> file = file(name.substring(0, name.length() - ".class".length()));
      if (file.isPresent()) {
        return new ByteArrayInputStream(file.get());
      }
    }
    return super.getResourceAsStream(name);
  }
}
