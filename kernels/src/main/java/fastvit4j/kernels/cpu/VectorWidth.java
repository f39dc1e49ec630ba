package fastvit4j.kernels.cpu;

import java.io.IOException;
import java.io.InputStream;

/**
 * The width of the vectors that a copy of the vector kernels' classes uses, and for how many
 * registers it is written. The compiler makes good code only if the species is a constant, a static
 * final field; so there is one width for each class, and another width means the same classes
 * loaded once more, by a loader that knows it.
 */
public final class VectorWidth {
  static final String PACKAGE = "fastvit4j.kernels.cpu.vector.";

  private VectorWidth() {}

  /** The width in bits for a class of the vector kernels. */
  public static int of(Class<?> kernel) {
    return kernel.getClassLoader() instanceof Loader loader
        ? loader.bits
        : Math.min(512, preferred());
  }

  /** The vector registers that a class of the vector kernels may count on. */
  public static int registers(Class<?> kernel) {
    return kernel.getClassLoader() instanceof Loader loader ? loader.registers : registers();
  }

  /** Whether a class of the vector kernels computes matrix products in pairs of terms. */
  public static boolean paired(Class<?> kernel) {
    return registers(kernel) >= 32
        && (kernel.getClassLoader() instanceof Loader loader ? loader.paired : Adders.separate());
  }

  /** This machine's vector registers: 32 on AArch64 and with AVX-512, whatever the width, or 16. */
  static int registers() {
    return System.getProperty("os.arch").equals("aarch64") || preferred() >= 512 ? 32 : 16;
  }

  /** The width of this machine's widest vectors, in bits. */
  static int preferred() {
    return Preferred.BITS;
  }

  /** In a class of its own, as it needs the module. */
  private static final class Preferred {
    static final int BITS = jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }

  /** Defines the vector kernels' classes itself and leaves all others to its parent. */
  static final class Loader extends ClassLoader {
    private final int bits;
    private final int registers;
    private final boolean paired;

    Loader(int bits, int registers, boolean paired, ClassLoader parent) {
      super(parent);
      this.bits = bits;
      this.registers = registers;
      this.paired = paired;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(PACKAGE)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String path = name.replace('.', '/') + ".class";
      try (InputStream in = getParent().getResourceAsStream(path)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
