using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Verification.Truth;

/// <summary>
/// A whole model's simulated gradient against the auxiliary model's exact one: the first step's gradients against the composed certificate, and
/// layer by layer the updates after all steps against those of plain SGD with the same options.
/// </summary>
internal static class ModelTruth
{
    /// <summary>The checks of one sequence; none without a step, or where the gradient skips attention, for which there is no certificate.</summary>
    public static IEnumerable<CertificateCheck> Check(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence)
    {
        if (configuration.SgdSteps == 0 || !configuration.BackpropagateThroughAttention)
        {
            yield break;
        }

        var certificate = ModelCertificate.Of(configuration, weights, sequence);
        var simulated = new SimulatedTint(configuration with { SgdSteps = 1 }, weights) { RecordGradients = true, RecordTrace = true }.Run(sequence);
        var truth = ExactModel.Backward(ExactModel.Forward(weights, sequence), configuration.Loss);
        var (mine, exact) = (simulated.Gradients[0], truth.Parameters);
        yield return Of("final norm bias", mine.FinalNorm.Bias.ToRowMatrix(), exact.FinalNorm.Bias.ToRowMatrix(), certificate.FinalNormBias);
        for (var index = configuration.Auxiliary.LayerCount - 1; index >= configuration.Auxiliary.LayerCount - configuration.TrainedLayers; index--)
        {
            var block = certificate.Blocks[index - configuration.Auxiliary.LayerCount + configuration.TrainedLayers];
            var (left, right) = (Parameters(mine.Layers[index]), Parameters(exact.Layers[index]));
            foreach (var (name, bound) in block.Parameters)
            {
                yield return Of($"layer {index} {name}", left[name], right[name], bound);
            }

            var signal = simulated.Trace.First(state => state.Name.EndsWith($"backward.layer{index:00}", StringComparison.Ordinal)).Signal;
            yield return Of($"layer {index} gradient at input", signal, truth.Layers[index].InputGradient, block.Input.FrobeniusError);
        }
    }

    /// <summary>The checks of one sequence of a family's model, against the family's exact model.</summary>
    public static IEnumerable<CertificateCheck> Check(FamilyConfiguration model, ExactFamilyTint plain, TokenSequence sequence)
    {
        var (configuration, weights) = (plain.Configuration, plain.Weights);
        var certificate = FamilyCertificate.Of(configuration, model, weights, sequence);
        var mine = new SimulatedTint(configuration with { SgdSteps = 1 }, weights) { RecordGradients = true }.Run(sequence).Gradients[0];
        var truth = plain.Gradient(weights, sequence);
        var first = configuration.Auxiliary.LayerCount - configuration.TrainedLayers;
        return certificate.Blocks.SelectMany((block, index) => Of($"layer {first + index} ", block.Parameters, mine.Layers[first + index], truth.Layers[first + index]))
            .Concat(Of(string.Empty, certificate.Outside, mine.Outside, truth.Outside));

        static IEnumerable<CertificateCheck> Of(string layer, IReadOnlyDictionary<string, double> bounds, AuxiliaryLayer simulated, AuxiliaryLayer exact)
        {
            var (left, right) = (Parameters(simulated), Parameters(exact));
            return bounds.Select(bound => ModelTruth.Of($"{layer}{bound.Key}", left[bound.Key], right[bound.Key], bound.Value));
        }
    }

    /// <summary>Each trained layer's update, from the bottom, then the final norm's; none without a step.</summary>
    public static IReadOnlyList<LayerUpdate> Updates(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch)
    {
        var plain = new ExactTint(configuration, weights);
        return Updates(plain, plain.Trains, batch);
    }

    /// <summary>The same against any exact engine; what lies behind the blocks counts together.</summary>
    public static IReadOnlyList<LayerUpdate> Updates(TintEngine plain, Func<ParameterBlock, bool> trains, IReadOnlyList<TokenSequence> batch)
    {
        var (configuration, weights) = (plain.Configuration, plain.Weights);
        if (configuration.SgdSteps == 0)
        {
            return [];
        }

        var simulated = new SimulatedTint(configuration, weights);
        var sums = new SortedDictionary<int, InnerProducts>();
        foreach (var sequence in batch)
        {
            var mine = AuxiliaryWeightsAlgebra.Blocks(AuxiliaryWeightsAlgebra.Subtract(simulated.Run(sequence).UpdatedWeights, weights));
            var exact = AuxiliaryWeightsAlgebra.Subtract(plain.Run(sequence).UpdatedWeights, weights);
            foreach (var (left, right) in mine.Zip(AlignedBlocks(exact, mine)).Where(pair => trains(pair.First)))
            {
                var key = left.Layer ?? configuration.Auxiliary.LayerCount;
                sums[key] = sums.GetValueOrDefault(key).Plus(left, right);
            }
        }

        return [.. sums.Select(item => item.Value.ToUpdate(item.Key < configuration.Auxiliary.LayerCount ? item.Key : null))];
    }

    /// <summary>The blocks of the exact update in the shapes of the simulated one, where departure V5 has made γ a matrix.</summary>
    private static IReadOnlyList<ParameterBlock> AlignedBlocks(AuxiliaryWeights exact, IReadOnlyList<ParameterBlock> like) =>
    [
        .. AuxiliaryWeightsAlgebra.Blocks(exact).Zip(like, (block, other) => block.Columns == other.Columns ? block : Diagonal(block)),
    ];

    private static ParameterBlock Diagonal(ParameterBlock block)
    {
        var values = new double[block.Rows * block.Rows];
        for (var i = 0; i < block.Rows; i++)
        {
            values[(i * block.Rows) + i] = block.Values.Span[i];
        }

        return block with { Columns = block.Rows, Values = values };
    }

    private static Dictionary<string, Matrix<double>> Parameters(AuxiliaryLayer layer) => layer.Parameters.Items
        .SelectMany(item => item.Value switch
        {
            LinearParameters linear => [($"{item.Place}.weight", linear.Weight), ($"{item.Place}.bias", linear.Bias.ToRowMatrix())],
            LayerNormParameters norm => [($"{item.Place}.bias", norm.Bias.ToRowMatrix())],
            _ => Array.Empty<(string, Matrix<double>)>(),
        })
        .ToDictionary(item => item.Item1, item => item.Item2);

    private static CertificateCheck Of(
        string quantity,
        Matrix<double> simulated,
        Matrix<double> truth,
        double bound)
    {
        var error = (simulated - truth).FrobeniusNorm();
        return new CertificateCheck
        {
            Quantity = quantity,
            Covers = Covers.Composition,
            Error = error,
            Certificate = bound,
            Rounding = 0,
            Relative = CertificateCheck.RelativeOf(error, truth.FrobeniusNorm()),
        };
    }

    /// <summary>⟨simulated, true⟩, ‖simulated‖², ‖true‖² and ‖simulated − true‖² of blocks added up.</summary>
    private readonly record struct InnerProducts(double Mixed, double Simulated, double True, double Difference)
    {
        public InnerProducts Plus(ParameterBlock simulated, ParameterBlock truth)
        {
            ReadOnlySpan<double> left = simulated.Values.Span, right = truth.Values.Span;
            var sum = this;
            for (var i = 0; i < left.Length; i++)
            {
                var difference = left[i] - right[i];
                sum = new(
                    sum.Mixed + (left[i] * right[i]),
                    sum.Simulated + (left[i] * left[i]),
                    sum.True + (right[i] * right[i]),
                    sum.Difference + (difference * difference));
            }

            return sum;
        }

        public LayerUpdate ToUpdate(int? layer) => new(
            layer,
            Simulated > 0 && True > 0 ? Mixed / Math.Sqrt(Simulated) / Math.Sqrt(True) : null,
            CertificateCheck.RelativeOf(Math.Sqrt(Difference), Math.Sqrt(True)));
    }
}
