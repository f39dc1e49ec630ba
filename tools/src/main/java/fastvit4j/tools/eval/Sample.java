package fastvit4j.tools.eval;

import java.nio.file.Path;

/**
 * A picture of a known class.
 *
 * @param file where it is
 * @param label index of its class
 */
public record Sample(Path file, int label) {}
