/** Accuracy on labelled pictures: data sets and protocols, the pipeline, the measures. */
package fastvit4j.tools.eval;
