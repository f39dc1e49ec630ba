package fastvit4j.emulator;

import java.util.Set;

/**
 * Names that a kernel's method must not have. A kernel goes by its method's name in the code that a
 * backend generates: words of OpenCL C and CUDA C do not compile there, and those of built-in
 * functions were seen to crash an OpenCL driver, and the JVM with it.
 */
final class KernelNames {
  private static final Set<String> WORDS =
      Set.of(
          ("auto bool channel complex constant event_t extern generic global half image2d_t inline"
                  + " kernel local main pipe printf ptrdiff_t quad register restrict sampler_t"
                  + " signed size_t sizeof struct typedef uchar uint ulong uniform union unsigned"
                  + " ushort")
              .split(" "));

  private static final Set<String> FUNCTIONS =
      Set.of(
          ("abs abs_diff acos acosh acospi add_sat all any asin asinh asinpi atan atan2 atan2pi"
                  + " atanh atanpi bitselect cbrt ceil clamp clz copysign cos cosh cospi cross"
                  + " degrees distance dot erf erfc exp exp10 exp2 expm1 fabs fdim floor fma fmax"
                  + " fmin fmod fract frexp hadd hypot ilogb isequal isfinite isgreater isinf"
                  + " isless isnan isnormal isnotequal ldexp length lgamma log log10 log1p log2"
                  + " logb mad mad24 mad_hi mad_sat max maxmag min minmag mix modf mul24 mul_hi"
                  + " nan nextafter normalize popcount pow pown powr prefetch radians remainder"
                  + " remquo rhadd rint rootn rotate round rsqrt select shuffle shuffle2 sign"
                  + " signbit sin sincos sinh sinpi smoothstep sqrt step sub_sat tan tanh tanpi"
                  + " tgamma trunc upsample")
              .split(" "));

  private static final String PREFIXES =
      "(as|convert|atomic|async|native|fast|get|half|read|write|vload|vstore)_?[a-z0-9_]*";

  private static final String VECTORS =
      "(char|uchar|short|ushort|int|uint|long|ulong|float|double|half)(2|3|4|8|16)";

  private KernelNames() {}

  /** Whether a backend has another use for a name. */
  static boolean isTaken(String method) {
    return WORDS.contains(method)
        || FUNCTIONS.contains(method)
        || method.matches(VECTORS)
        || (method.indexOf('_') > 0 && method.matches(PREFIXES))
        || method.matches("(vload|vstore)[0-9]+");
  }
}
