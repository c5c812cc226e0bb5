using Tint.Reference.Certificates;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Explaining.Examples;

/// <summary>The modules of an activation.</summary>
internal static class ActivationExamples
{
    public static BuiltExample Forward(Example example)
    {
        var (c, slot, z) = (example.Configuration, MemorySlots.Activation(example.Configuration), example.X);
        var (states, module) = (new HiddenStates(example.NoPrefixes, example.Tokens((0, z))), new ActivationForward(c, slot));
        var (closed, exact) = (SimulatedActivation.Forward(c, z), ExactActivation.Forward(c.Auxiliary.Activation, z));
        return example.Built(
            states,
            example.Write(write => write.ActivationForward("x", string.Empty)),
            module.Tensors(),
            arithmetic => module.Run(states, arithmetic),
            [new("z", z), new("σ(z)", exact)],
            [example.Tokens("σ(z)", 0, closed.Output, exact), example.Tokens("memory z", slot, closed.Memory, z)]);
    }

    public static BuiltExample Backward(Example example)
    {
        var (c, slot, z, g) = (example.Configuration, MemorySlots.Activation(example.Configuration), example.X, example.Gradient);
        var (states, module) = (new HiddenStates(example.NoPrefixes, example.Tokens((0, g), (slot, z))), new ActivationBackward(c, slot));
        var (kind, scale) = (c.Auxiliary.Activation, c.FiniteDifferenceScale);
        var closed = SimulatedActivation.Backward(c, g, z);
        var (moved, second) = (z + (g / scale), z + (c.Stencil.Behind * g / scale));
        var (factor, point) = c.Stencil.StartsAtPoint ? ("N", "z") : ("(N/2)", "z − g/N");
        return example.Built(
            states,
            example.Write(write => write.ActivationBackward("x", string.Empty)),
            module.Tensors(),
            arithmetic => module.Run(states, arithmetic),
            [
                new("g", g),
                new("z", z),
                new("z + g/N", moved),
                new("σ(z + g/N)", ExactActivation.Forward(kind, moved)),
                new(point, second),
                new($"σ({point})", ExactActivation.Forward(kind, second)),
                new($"{factor}(σ(z + g/N) − σ({point}))", closed),
            ],
            [
                example.Tokens("gradient at z", 0, closed, ExactActivation.Backward(kind, z, g)) with
                {
                    Covers = "truncation of the finite difference",
                    Certificate = RowNorms.Of(ActivationCertificate.Bound(kind, z, g, scale, c.Stencil)),
                },
            ]);
    }
}
