using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of the linear modules.</summary>
internal static class LinearFaults
{
    private const double WeightDecay = 1e-4;

    public static IReadOnlyList<Mutant> All { get; } =
    [
        Faulty.Mutant(
            "linear.transposed-weight",
            "The forward pass computes Wᵀ x + b.",
            "a Conv1D weight, [in × out], read as [out × in]",
            Faulty.LinearForward(correct => (configuration, layer, x) =>
                correct(configuration, layer with { Weight = layer.Weight.Transpose() }, x))),
        Faulty.Mutant(
            "linear.bias-forgotten",
            "The forward pass computes W x.",
            "the heads that carry the bias left out",
            Faulty.LinearForward(correct => (configuration, layer, x) => correct(configuration, layer with { Bias = layer.Bias * 0 }, x))),
        Faulty.Mutant(
            "linear.memory-holds-output",
            "The memory holds y where the descent expects x.",
            "a wrong slot, or the copy into memory taken too late",
            Faulty.LinearForward(correct => (configuration, layer, x) =>
            {
                var (output, _) = correct(configuration, layer, x);
                return (output, output);
            })),
        Faulty.Mutant(
            "linear.gate-twice",
            "The forward pass computes ρ²(W x + b).",
            "a gate applied by the layer and again by its caller, 4e-9 in relative size at G = 10",
            Faulty.LinearForward(correct => (configuration, layer, x) =>
            {
                var (output, memory) = correct(configuration, layer, x);
                return (output * SimulatedGate.Factor(configuration), memory);
            })),
        Faulty.Mutant(
            "linear.gate-forgotten",
            "The forward pass computes W x + b whatever G is.",
            "the textbook formula in the place of the gated one (deviation V3 left out), 4e-9 in relative size at G = 10",
            Faulty.LinearForward(correct => (configuration, layer, x) => correct(
                configuration with { Departures = configuration.Departures with { GateLeak = false } }, layer, x))),
        Faulty.Mutant(
            "linear.gate-switch-ignored",
            "The forward pass computes ρ(W x + b) with ρ = tanh G even where departure V3 is turned off.",
            "an option that nothing reads",
            Faulty.LinearForward(correct => (configuration, layer, x) => correct(
                configuration with { Departures = configuration.Departures with { GateLeak = true } }, layer, x)),
            unseenByFixtures: "fixtures come from the published code, in which departure V3 is always on"),
        Faulty.Mutant(
            "linear.single-precision",
            "The output of the forward pass is rounded to 24 bits.",
            "a product that a backend runs in float32",
            Faulty.LinearForward(correct => (configuration, layer, x) =>
            {
                var (output, memory) = correct(configuration, layer, x);
                return (output.Map(y => (double)(float)y), memory);
            })),
        Faulty.Mutant(
            "linear.sees-tokens",
            "Without the restriction to prefixes, a token's output is added to the next token's.",
            "keys of tokens that are not zero, so that tokens that see each other add up",
            Faulty.LinearForward(correct => (configuration, layer, x) =>
            {
                var (output, memory) = correct(configuration, layer, x);
                return configuration.RestrictPrefixes
                    ? (output, memory)
                    : (output.MapIndexed((t, d, y) => t == 0 ? y : y + output.At(t - 1, d)), memory);
            })),
        Faulty.Mutant(
            "linear.backward-untransposed",
            "The backward pass computes W g.",
            "key and value of the backward heads mixed up",
            Faulty.LinearBackward(correct => (configuration, layer, gradient) =>
                correct(configuration, layer with { Weight = layer.Weight.Transpose() }, gradient))),
        Faulty.Mutant(
            "linear.gradient-clipped",
            "The backward pass clips g to −1 … 1.",
            "gradient clipping, on by default",
            Faulty.LinearBackward(correct => (configuration, layer, gradient) =>
                correct(configuration, layer, gradient.Map(g => Math.Clamp(g, -1, 1))))),
        Faulty.Mutant(
            "linear.update-sign",
            "The descent adds η Σ m g xᵀ and η Σ m g.",
            "a minus lost between gradient and update",
            Faulty.LinearDescent(correct => (configuration, layer, gradient, memory, mask) => correct(
                configuration with { InnerLearningRate = -configuration.InnerLearningRate }, layer, gradient, memory, mask))),
        Faulty.Mutant(
            "linear.gradient-averaged",
            "The descent divides the summed gradients by the number of trained tokens.",
            "the mean that a training loop takes by default",
            Faulty.LinearDescent(correct => (configuration, layer, gradient, memory, mask) => correct(
                configuration with { InnerLearningRate = configuration.InnerLearningRate / Math.Max(1, mask.Sum()) },
                layer,
                gradient,
                memory,
                mask))),
        Faulty.Mutant(
            "linear.weight-decay",
            "The descent takes 1e-4 of W off as well.",
            "an optimiser whose weight decay does not go with η",
            Faulty.LinearDescent(correct => (configuration, layer, gradient, memory, mask) =>
            {
                var updated = correct(configuration, layer, gradient, memory, mask);
                return updated with { Weight = updated.Weight - (layer.Weight * WeightDecay) };
            })),
        Faulty.Mutant(
            "linear.stale-bias",
            "The descent updates W and leaves b as it was.",
            "the bias read back from a prefix other than the first",
            Faulty.LinearDescent(correct => (configuration, layer, gradient, memory, mask) =>
                correct(configuration, layer, gradient, memory, mask) with { Bias = layer.Bias * SimulatedGate.Factor(configuration) })),
        Faulty.Mutant(
            "linear.mask-off-by-one",
            "The descent weighs token t with m_{t+1}.",
            "the shift of the targets applied to the descent's mask too",
            Faulty.LinearDescent(correct => (configuration, layer, gradient, memory, mask) =>
                correct(configuration, layer, gradient, memory, Masks.Earlier(mask)))),
        Faulty.Mutant(
            "linear.mask-ignored",
            "The descent sums over all tokens.",
            "the mask left to the loss gradient, which does not reach the last position",
            Faulty.LinearDescent(correct => (configuration, layer, gradient, memory, mask) =>
                correct(configuration, layer, gradient, memory, Masks.Ones(mask.Count)))),
    ];
}
