using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Architecture;
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
/// A whole model's simulated gradient on a batch against the auxiliary model's exact one: the first step's gradients against the composed certificate, and
/// layer by layer the updates after all steps against those of plain SGD with the same options. Both run once, when they are first asked for.
/// </summary>
internal sealed class ModelTruth(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch)
{
    private readonly FamilyConfiguration? _model = (configuration.Auxiliary.Architecture as ModelPlan)?.Model as FamilyConfiguration;

    /// <summary>What the TinT does, in closed form.</summary>
    public TintBatchResult Simulated => field ??= new SimulatedTint(configuration, weights) { RecordGradients = true, RecordTrace = true }.Run(batch);

    /// <summary>The checks of all sequences; none without a step, or where the gradient skips attention, for which there is no certificate.</summary>
    public IEnumerable<CertificateCheck> Checks => configuration.SgdSteps == 0 || !configuration.BackpropagateThroughAttention || !IsKnown ? [] : _model is null
        ? batch.SelectMany((sequence, b) => Published(ModelCertificate.Of(configuration, weights, sequence), Simulated.Sequences[b], Exact.Result.Sequences[b]))
        : batch.SelectMany((sequence, b) => Family(FamilyCertificate.Of(configuration, _model, weights, sequence), Simulated.Sequences[b], Exact.Result.Sequences[b]));

    /// <summary>Each trained layer's update, from the bottom, then that of what lies behind the blocks, counted together; none without a step.</summary>
    public IReadOnlyList<LayerUpdate> Updates
    {
        get
        {
            if (configuration.SgdSteps == 0 || !IsKnown)
            {
                return [];
            }

            var sums = new SortedDictionary<int, InnerProducts>();
            foreach (var (simulated, plain) in Simulated.Sequences.Zip(Exact.Result.Sequences))
            {
                var mine = AuxiliaryWeightsAlgebra.Blocks(AuxiliaryWeightsAlgebra.Subtract(simulated.UpdatedWeights, weights));
                var exact = AuxiliaryWeightsAlgebra.Subtract(plain.UpdatedWeights, weights);
                foreach (var (left, right) in mine.Zip(AlignedBlocks(exact, mine)).Where(pair => Exact.Trains(pair.First)))
                {
                    var key = left.Layer ?? configuration.Auxiliary.LayerCount;
                    sums[key] = sums.GetValueOrDefault(key).Plus(left, right);
                }
            }

            return [.. sums.Select(item => item.Value.ToUpdate(item.Key < configuration.Auxiliary.LayerCount ? item.Key : null))];
        }
    }

    /// <summary>Whether the exact model learns by the loss and sees the tokens that the TinT does, as a family's own may not.</summary>
    private bool IsKnown => _model is null || (configuration.Loss == LossKind.CrossEntropy && batch.All(static sequence => sequence.IclMask is null));

    /// <summary>What plain SGD does, and which blocks it trains.</summary>
    private ExactRun Exact => field ??= _model is null
        ? ExactRun.Of(new ExactTint(configuration, weights) { RecordGradients = true, RecordTrace = true }, tint => tint.Trains, batch)
        : ExactRun.Of(new ExactFamilyTint(configuration, _model, weights), tint => tint.Trains, batch);

    private int FirstTrained => configuration.Auxiliary.LayerCount - configuration.TrainedLayers;

    private IEnumerable<CertificateCheck> Published(ModelCertificate certificate, TintResult simulated, TintResult plain)
    {
        var (mine, exact) = (simulated.Gradients[0], plain.Gradients[0]);
        yield return Of("final norm bias", mine.FinalNorm.Bias.ToRowMatrix(), exact.FinalNorm.Bias.ToRowMatrix(), certificate.FinalNormBias);
        for (var index = configuration.Auxiliary.LayerCount - 1; index >= FirstTrained; index--)
        {
            var block = certificate.Blocks[index - FirstTrained];
            foreach (var check in Of($"layer {index} ", block.Parameters, mine.Layers[index], exact.Layers[index]))
            {
                yield return check;
            }

            yield return Of($"layer {index} gradient at input", Signal(simulated), Signal(plain), block.Input.FrobeniusError);

            Matrix<double> Signal(TintResult result) =>
                result.Trace.First(state => state.Name.EndsWith($"backward.layer{index:00}", StringComparison.Ordinal)).Signal;
        }
    }

    private IEnumerable<CertificateCheck> Family(ModelCertificate certificate, TintResult simulated, TintResult plain)
    {
        var (mine, exact) = (simulated.Gradients[0], plain.Gradients[0]);
        return certificate.Blocks
            .SelectMany((block, index) => Of($"layer {FirstTrained + index} ", block.Parameters, mine.Layers[FirstTrained + index], exact.Layers[FirstTrained + index]))
            .Concat(Of(string.Empty, certificate.Outside, mine.Outside, exact.Outside));
    }

    private static IEnumerable<CertificateCheck> Of(string layer, IEnumerable<KeyValuePair<string, double>> bounds, AuxiliaryLayer simulated, AuxiliaryLayer exact)
    {
        var (left, right) = (Parameters(simulated), Parameters(exact));
        return bounds.Select(bound => Of($"{layer}{bound.Key}", left[bound.Key], right[bound.Key], bound.Value));
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
            LinearParameters linear => new[] { ($"{item.Place}.weight", linear.Weight), ($"{item.Place}.bias", linear.Bias.ToRowMatrix()) },
            LayerNormParameters norm => [($"{item.Place}.bias", norm.Bias.ToRowMatrix())],
            var other => throw new RuleViolationException("parameters must be of a known kind", other.GetType().Name, "use a linear layer or a normalisation"),
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

    private sealed record ExactRun(TintBatchResult Result, Func<ParameterBlock, bool> Trains)
    {
        public static ExactRun Of<T>(T tint, Func<T, Func<ParameterBlock, bool>> trains, IReadOnlyList<TokenSequence> batch)
            where T : TintEngine => new(tint.Run(batch), trains(tint));
    }
}
