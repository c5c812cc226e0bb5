using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Rounding;
using Tint.Reference.Stacking;

namespace Tint.Verification.Engines;

/// <summary>
/// The auxiliary layer's own parameters that a module case may list beside the prefixes: <c>weight</c> and <c>bias</c> of a linear layer or a
/// normalisation, <c>query_weight</c> to <c>value_bias</c> of attention. The module reads prefixes, so the parameters must say the same: each
/// equals its prefixes entry by entry, all K copies of the bias included. Of an attention that runs backward, query and key are in no prefix;
/// there the memory must hold Qx and Kx of the x beside them.
/// </summary>
internal static class ParameterInputs
{
    private static readonly string[] Layers = ["query", "key", "value"];

    /// <summary>The names that a module of this kind may list.</summary>
    public static IReadOnlyList<string> Names(string module) =>
        module.StartsWith("Attention", StringComparison.Ordinal) ? [.. Layers.SelectMany(layer => new[] { $"{layer}_weight", $"{layer}_bias" })]
        : module.StartsWith("Activation", StringComparison.Ordinal) ? []
        : ["weight", "bias"];

    /// <summary>Compares every parameter that a case lists with what it must agree with.</summary>
    /// <exception cref="RuleViolationException">One has another shape or other numbers, or a weight or a bias is listed alone.</exception>
    public static void Check(FixtureCase fixtureCase, FixtureTensors tensors, TintConfiguration configuration, ModuleInputs inputs)
    {
        foreach (var name in Names(fixtureCase.Module).Where(name => name.EndsWith("weight", StringComparison.Ordinal)))
        {
            var (layer, bias) = (name[..^"weight".Length], $"{name[..^"weight".Length]}bias");
            if (!tensors.HasInput(name) && !tensors.HasInput(bias))
            {
                continue;
            }

            if (!tensors.HasInput(name) || !tensors.HasInput(bias))
            {
                throw new RuleViolationException(
                    $"input.{name} and input.{bias} go together", $"input.{(tensors.HasInput(name) ? name : bias)} alone", "export both");
            }

            var parameters = Read(tensors, name, bias, configuration.Auxiliary.HiddenSize);
            for (var sequence = 0; sequence < inputs.SequenceCount; sequence++)
            {
                Check(fixtureCase, configuration, inputs, layer, parameters, sequence);
            }
        }
    }

    private static void Check(
        FixtureCase fixtureCase, TintConfiguration configuration, ModuleInputs inputs, string layer, LinearParameters parameters, int sequence)
    {
        switch (fixtureCase.Module, layer)
        {
            case ("AttentionForward", "key_"):
                Equal(configuration, layer, parameters, "input.key_prefixes", inputs.KeyPrefixes(sequence).ToMatrix(), sequence);
                break;
            case ("AttentionForward", "value_"):
                Equal(configuration, layer, parameters, "input.value_prefixes", inputs.ValuePrefixes(sequence).ToMatrix(), sequence);
                break;
            case (not "AttentionForward", "query_"):
                InMemory(fixtureCase, configuration, inputs, layer, parameters, 0, sequence);
                break;
            case (not "AttentionForward", "key_"):
                InMemory(fixtureCase, configuration, inputs, layer, parameters, 1, sequence);
                break;
            default:
                Equal(configuration, layer, parameters, "the prefixes in input.hidden_states", inputs.States(sequence).Prefixes.ToMatrix(), sequence);
                break;
        }
    }

    private static void Equal(
        TintConfiguration configuration, string layer, LinearParameters parameters, string where, Matrix<double> prefixes, int sequence)
    {
        var stacked = PrefixStack.Stack(configuration, parameters).ToMatrix();
        for (var prefix = 0; prefix < stacked.RowCount; prefix++)
        {
            for (var column = 0; column < stacked.ColumnCount; column++)
            {
                if (stacked.At(prefix, column) != prefixes.At(prefix, column))
                {
                    throw new RuleViolationException(
                        $"input.{layer}weight and input.{layer}bias must be what {where} hold",
                        FormattableString.Invariant($"{stacked.At(prefix, column):R} where sequence {sequence}, prefix {prefix}, coordinate {column} has {prefixes.At(prefix, column):R}"),
                        "export both from one layer");
                }
            }
        }
    }

    /// <summary>Memory slot <paramref name="slot"/> must be W x + b of slot 2's x. Both sides are sums of D products and b, in any order: each within γ of |W||x| + |b|.</summary>
    private static void InMemory(
        FixtureCase fixtureCase, TintConfiguration configuration, ModuleInputs inputs, string layer, LinearParameters parameters, int slot, int sequence)
    {
        var width = configuration.Auxiliary.HiddenSize;
        var first = MemorySlots.FromCoordinate(configuration, fixtureCase.Options.MemoryIndex ?? 0, 3, 1);
        var tokens = inputs.States(sequence).Tokens;
        if (tokens[first + 2]?.Value is not { } x)
        {
            x = Matrix<double>.Build.Dense(tokens.RowCount, width);
        }

        var memory = tokens[first + slot]?.Value ?? Matrix<double>.Build.Dense(tokens.RowCount, width);
        var unit = fixtureCase.DataType == "float32" ? RoundingModel.SingleRoundoff : RoundingModel.DoubleRoundoff;
        var gamma = (width + 1) * (unit + RoundingModel.DoubleRoundoff) / (1 - ((width + 1) * unit));
        for (var token = 0; token < x.RowCount; token++)
        {
            for (var output = 0; output < width; output++)
            {
                double sum = parameters.Bias.At(output), size = Math.Abs(sum);
                for (var i = 0; i < width; i++)
                {
                    var product = parameters.Weight.At(output, i) * x.At(token, i);
                    (sum, size) = (sum + product, size + Math.Abs(product));
                }

                if (!(Math.Abs(sum - memory.At(token, output)) <= gamma * size))
                {
                    throw new RuleViolationException(
                        $"the memory in input.hidden_states must be input.{layer}weight · x + input.{layer}bias, within rounding",
                        FormattableString.Invariant($"{memory.At(token, output):R} for {sum:R} in sequence {sequence}, token {token}, coordinate {output}"),
                        "export both from one layer");
                }
            }
        }
    }

    private static LinearParameters Read(FixtureTensors tensors, string weight, string bias, int width)
    {
        var (matrix, vector) = (tensors.Input(weight), tensors.Input(bias));
        var isNorm = matrix.Shape.Count == 1;
        CheckShape(weight, matrix, isNorm ? [width] : [width, width]);
        CheckShape(bias, vector, [width]);
        var parameters = new LinearParameters(
            isNorm
                ? Matrix<double>.Build.DenseOfDiagonalVector(Vector<double>.Build.DenseOfArray(matrix.Values))
                : new Tensor(matrix.Shape, matrix.Values).ToMatrix(),
            Vector<double>.Build.DenseOfArray(vector.Values));
        Require.Finite(parameters.Weight, $"input.{weight}");
        Require.Finite(parameters.Bias, $"input.{bias}");
        return parameters;
    }

    private static void CheckShape(string name, FixtureTensor tensor, int[] wanted)
    {
        if (!tensor.Shape.SequenceEqual(wanted))
        {
            throw new RuleViolationException(
                $"input.{name} must be [{string.Join(" × ", wanted)}]", $"[{string.Join(" × ", tensor.Shape)}]", "export the layer's own parameters");
        }
    }
}
