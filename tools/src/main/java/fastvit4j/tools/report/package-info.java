/** Results of a benchmark as a page with charts. */
package fastvit4j.tools.report;
