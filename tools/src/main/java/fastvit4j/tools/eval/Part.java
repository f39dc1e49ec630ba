package fastvit4j.tools.eval;

import java.util.List;
import java.util.function.Supplier;

/**
 * A part of a data set that has figures of its own: ImageNet-C has 75, others have one.
 *
 * @param name for example {@code fog/3}; empty if there is only one
 * @param listing finds the pictures, in the same order each time
 */
public record Part(String name, Supplier<List<Sample>> listing) {}
