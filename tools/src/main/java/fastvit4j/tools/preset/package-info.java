/** The paper's tables and figures as lists of models to measure. */
package fastvit4j.tools.preset;
