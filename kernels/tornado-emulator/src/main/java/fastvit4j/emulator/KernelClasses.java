package fastvit4j.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.security.CodeSource;
import java.util.Objects;
import java.util.Optional;

/**
 * Loads instrumented copies of the classes of one jar or folder of kernels. Everything else comes
 * from the loader of the classes themselves.
 */
final class KernelClasses extends ClassLoader {
  private final CodeSource source;

  KernelClasses(Class<?> kernelClass) {
    super(kernelClass.getClassLoader());
    source = kernelClass.getProtectionDomain().getCodeSource();
  }

  /** The class file of a class that is instrumented; empty for every other class. */
  Optional<ClassModel> model(String name) {
    if (!isKernelClass(name)) {
      return Optional.empty();
    }
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      return in == null ? Optional.empty() : Optional.of(ClassFile.of().parse(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isKernelClass(String name) {
    if (!KernelLocation.isKernel(name)) {
      return false;
    }
    try {
      Class<?> original = Class.forName(name, false, getParent());
      return Objects.equals(original.getProtectionDomain().getCodeSource(), source);
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      Optional<ClassModel> model = model(name);
      if (model.isEmpty()) {
        return super.loadClass(name, resolve);
      }
      byte[] bytes = KernelInstrumenter.instrument(model.get(), getParent());
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
