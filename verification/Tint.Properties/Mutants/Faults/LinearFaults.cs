using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of the linear modules.</summary>
internal static class LinearFaults
{
    private const double WeightDecay = 1e-4;

    public static IReadOnlyList<Mutant> All { get; } =
    [
        new()
        {
            Name = "linear.transposed-weight",
            Fault = "The forward pass computes Wᵀ x + b.",
            Models = "a Conv1D weight, [in × out], read as [out × in]",
            Apply = modules => new FaultyModules(modules)
            {
                LinearForwardFault = correct => (configuration, layer, x) =>
                    correct(configuration, layer with { Weight = layer.Weight.Transpose() }, x),
            },
        },
        new()
        {
            Name = "linear.bias-forgotten",
            Fault = "The forward pass computes W x.",
            Models = "the heads that carry the bias left out",
            Apply = modules => new FaultyModules(modules)
            {
                LinearForwardFault = correct => (configuration, layer, x) => correct(configuration, layer with { Bias = layer.Bias * 0 }, x),
            },
        },
        new()
        {
            Name = "linear.memory-holds-output",
            Fault = "The memory holds y where the descent expects x.",
            Models = "a wrong slot, or the copy into memory taken too late",
            Apply = modules => new FaultyModules(modules)
            {
                LinearForwardFault = correct => (configuration, layer, x) =>
                {
                    var (output, _) = correct(configuration, layer, x);
                    return (output, output);
                },
            },
        },
        new()
        {
            Name = "linear.gate-twice",
            Fault = "The forward pass computes ρ²(W x + b).",
            Models = "a gate applied by the layer and again by its caller, 4e-9 in relative size at G = 10",
            Apply = modules => new FaultyModules(modules)
            {
                LinearForwardFault = correct => (configuration, layer, x) =>
                {
                    var (output, memory) = correct(configuration, layer, x);
                    return (output * SimulatedGate.Factor(configuration), memory);
                },
            },
        },
        new()
        {
            Name = "linear.gate-forgotten",
            Fault = "The forward pass computes W x + b whatever G is.",
            Models = "the textbook formula in the place of the gated one (deviation V3 left out), 4e-9 in relative size at G = 10",
            Apply = modules => new FaultyModules(modules)
            {
                LinearForwardFault = correct => (configuration, layer, x) => correct(
                    configuration with { Departures = configuration.Departures with { GateLeak = false } }, layer, x),
            },
        },
        new()
        {
            Name = "linear.gate-switch-ignored",
            Fault = "The forward pass computes ρ(W x + b) with ρ = tanh G even where departure V3 is turned off.",
            Models = "an option that nothing reads",
            UnseenByFixtures = "fixtures come from the published code, in which departure V3 is always on",
            Apply = modules => new FaultyModules(modules)
            {
                LinearForwardFault = correct => (configuration, layer, x) => correct(
                    configuration with { Departures = configuration.Departures with { GateLeak = true } }, layer, x),
            },
        },
        new()
        {
            Name = "linear.single-precision",
            Fault = "The output of the forward pass is rounded to 24 bits.",
            Models = "a product that a backend runs in float32",
            Apply = modules => new FaultyModules(modules)
            {
                LinearForwardFault = correct => (configuration, layer, x) =>
                {
                    var (output, memory) = correct(configuration, layer, x);
                    return (output.Map(y => (double)(float)y), memory);
                },
            },
        },
        new()
        {
            Name = "linear.sees-tokens",
            Fault = "Without the restriction to prefixes, a token's output is added to the next token's.",
            Models = "keys of tokens that are not zero, so that tokens that see each other add up",
            Apply = modules => new FaultyModules(modules)
            {
                LinearForwardFault = correct => (configuration, layer, x) =>
                {
                    var (output, memory) = correct(configuration, layer, x);
                    return configuration.RestrictPrefixes
                        ? (output, memory)
                        : (output.MapIndexed((t, d, y) => t == 0 ? y : y + output.At(t - 1, d)), memory);
                },
            },
        },
        new()
        {
            Name = "linear.backward-untransposed",
            Fault = "The backward pass computes W g.",
            Models = "key and value of the backward heads mixed up",
            Apply = modules => new FaultyModules(modules)
            {
                LinearBackwardFault = correct => (configuration, layer, gradient) =>
                    correct(configuration, layer with { Weight = layer.Weight.Transpose() }, gradient),
            },
        },
        new()
        {
            Name = "linear.gradient-clipped",
            Fault = "The backward pass clips g to −1 … 1.",
            Models = "gradient clipping, on by default",
            Apply = modules => new FaultyModules(modules)
            {
                LinearBackwardFault = correct => (configuration, layer, gradient) =>
                    correct(configuration, layer, gradient.Map(g => Math.Clamp(g, -1, 1))),
            },
        },
        new()
        {
            Name = "linear.update-sign",
            Fault = "The descent adds η Σ m g xᵀ and η Σ m g.",
            Models = "a minus lost between gradient and update",
            Apply = modules => new FaultyModules(modules)
            {
                LinearDescentFault = correct => (configuration, layer, gradient, memory, mask) => correct(
                    configuration with { InnerLearningRate = -configuration.InnerLearningRate }, layer, gradient, memory, mask),
            },
        },
        new()
        {
            Name = "linear.gradient-averaged",
            Fault = "The descent divides the summed gradients by the number of trained tokens.",
            Models = "the mean that a training loop takes by default",
            Apply = modules => new FaultyModules(modules)
            {
                LinearDescentFault = correct => (configuration, layer, gradient, memory, mask) => correct(
                    configuration with { InnerLearningRate = configuration.InnerLearningRate / Math.Max(1, mask.Sum()) },
                    layer,
                    gradient,
                    memory,
                    mask),
            },
        },
        new()
        {
            Name = "linear.weight-decay",
            Fault = "The descent takes 1e-4 of W off as well.",
            Models = "an optimiser whose weight decay does not go with η",
            Apply = modules => new FaultyModules(modules)
            {
                LinearDescentFault = correct => (configuration, layer, gradient, memory, mask) =>
                {
                    var updated = correct(configuration, layer, gradient, memory, mask);
                    return updated with { Weight = updated.Weight - (layer.Weight * WeightDecay) };
                },
            },
        },
        new()
        {
            Name = "linear.stale-bias",
            Fault = "The descent updates W and leaves b as it was.",
            Models = "the bias read back from a prefix other than the first",
            Apply = modules => new FaultyModules(modules)
            {
                LinearDescentFault = correct => (configuration, layer, gradient, memory, mask) =>
                    correct(configuration, layer, gradient, memory, mask) with { Bias = layer.Bias * SimulatedGate.Factor(configuration) },
            },
        },
        new()
        {
            Name = "linear.mask-off-by-one",
            Fault = "The descent weighs token t with m_{t+1}.",
            Models = "the shift of the targets applied to the descent's mask too",
            Apply = modules => new FaultyModules(modules)
            {
                LinearDescentFault = correct => (configuration, layer, gradient, memory, mask) =>
                    correct(configuration, layer, gradient, memory, Masks.Earlier(mask)),
            },
        },
        new()
        {
            Name = "linear.mask-ignored",
            Fault = "The descent sums over all tokens.",
            Models = "the mask left to the loss gradient, which does not reach the last position",
            Apply = modules => new FaultyModules(modules)
            {
                LinearDescentFault = correct => (configuration, layer, gradient, memory, mask) =>
                    correct(configuration, layer, gradient, memory, Masks.Ones(mask.Count)),
            },
        },
    ];
}
