using Tint.Reference.Certificates;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Explaining.Examples;

/// <summary>The modules of a product of two signals.</summary>
internal static class ProductExamples
{
    public static BuiltExample Forward(Example example)
    {
        var (c, slot, a, b) = (example.Configuration, MemorySlots.Product(example.Configuration), example.X, example.Second);
        var (states, module) = (new HiddenStates(example.NoPrefixes, example.Tokens((0, a), (1, b))), new ProductForward(c, slot));
        var (closed, exact) = (SimulatedProduct.Forward(c, a, b), ExactProduct.Forward(a, b));
        return example.Built(
            states,
            example.Write(write => write.ProductForward("x", string.Empty)),
            module.Tensors(),
            arithmetic => module.Run(states, arithmetic),
            [new("a", a), new("b", b), new(c.UseSoftmax ? "≈ a∘b" : "a∘b", closed.Output)],
            [
                example.Tokens("a∘b", 0, closed.Output, exact) with
                {
                    Certificate = c.UseSoftmax ? RowNorms.Of(TwinCertificate.Product(c, a, b)) : null,
                    Covers = c.UseSoftmax ? "truncation of softmax attention" : "rounding alone",
                },
                example.Tokens("memory a", slot, closed.Memory.Left, a),
                example.Tokens("memory b", slot + 1, closed.Memory.Right, b),
            ]);
    }

    public static BuiltExample Backward(Example example)
    {
        var (c, slot, a, b, g) = (example.Configuration, MemorySlots.Product(example.Configuration), example.X, example.Second, example.Gradient);
        var (states, module) = (new HiddenStates(example.NoPrefixes, example.Tokens((0, g), (slot, a), (slot + 1, b))), new ProductBackward(c, slot));
        var (closed, exact) = (SimulatedProduct.Backward(c, g, new ProductMemory(a, b)), ExactProduct.Backward(a, b, g));
        return example.Built(
            states,
            example.Write(write => write.ProductBackward("x", string.Empty)),
            module.Tensors(),
            arithmetic => module.Run(states, arithmetic),
            [new("g", g), new("a", a), new("b", b), new("g∘b", exact.Left), new("g∘a", exact.Right)],
            [example.Tokens("gradient at a", 0, closed.Left, exact.Left), example.Tokens("gradient at b", 1, closed.Right, exact.Right)]);
    }
}
