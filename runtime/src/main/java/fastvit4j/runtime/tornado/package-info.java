/**
 * Networks on TornadoVM's devices and on the emulator of one. In the order in which a session is
 * opened: {@link fastvit4j.runtime.tornado.TornadoProvider} finds the devices, {@link
 * fastvit4j.runtime.tornado.TornadoSession} keeps a {@link fastvit4j.runtime.tornado.TornadoPlan}
 * for each kind of input, for which {@link fastvit4j.runtime.tornado.Lowering} has {@link
 * fastvit4j.runtime.tornado.KernelRegistry} choose kernels, {@link
 * fastvit4j.runtime.tornado.BufferPlan} shares memory, {@link
 * fastvit4j.runtime.tornado.PlanCompilation} has code generated and bound into a {@link
 * fastvit4j.runtime.tornado.GraphChain}, and {@link fastvit4j.runtime.tornado.GraphRunner} runs it.
 * {@code docs/tornadovm.md} follows a picture through them.
 */
package fastvit4j.runtime.tornado;
