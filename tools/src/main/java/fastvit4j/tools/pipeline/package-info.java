/** Pictures from files through a network, with all stages at work at the same time. */
package fastvit4j.tools.pipeline;
