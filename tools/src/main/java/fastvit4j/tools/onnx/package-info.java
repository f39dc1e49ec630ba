/** Networks as ONNX models. */
package fastvit4j.tools.onnx;
