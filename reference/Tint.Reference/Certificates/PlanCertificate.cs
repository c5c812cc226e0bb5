using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Simulation;

namespace Tint.Reference.Certificates;

/// <summary>
/// The certificate of a model of any plan. What the leaves read in the auxiliary model is what they read in the closed form with exact gates, which is the
/// auxiliary model itself up to rounding; the gradient at the blocks' end is the auxiliary model's own.
/// </summary>
internal sealed class PlanCertificate
{
    private readonly TintConfiguration _configuration;
    private readonly AuxiliaryWeights _weights;
    private readonly ModelPlan _plan;
    private readonly TokenSequence _sequence;
    private readonly TokenSequence _inDescents;
    private readonly TokenSequence? _encoder;
    private readonly EndTables _tables;
    private readonly Dictionary<string, double> _outside = [];

    private PlanCertificate(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence)
    {
        (_configuration, _weights, _plan, _sequence) = (configuration, weights, weights.Plan, sequence);
        _inDescents = sequence.InDescents(configuration.Departures);
        _encoder = _plan.HasEncoder ? sequence.Encoder : null;
        _tables = EndTables.Of(weights);
    }

    /// <summary>The certificate of a model's first step.</summary>
    /// <param name="configuration">The TinT, with backpropagation through attention.</param>
    /// <param name="weights">The auxiliary model's weights.</param>
    /// <param name="sequence">One sequence.</param>
    /// <param name="truth">The true gradient behind the nodes that follow the last block, [T × D_aux].</param>
    public static ModelCertificate Of(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence, Matrix<double> truth) =>
        new PlanCertificate(configuration, weights, sequence).Run(truth);

    private ModelCertificate Run(Matrix<double> truth)
    {
        var exact = Forward(_configuration with { Departures = _configuration.Departures with { GateLeak = false } });
        var stored = Forward(_configuration);
        var logits = ColumnMajor.ProductWithTransposed(stored.Output, _tables.Head);
        if (_tables.HeadBias is { } bias)
        {
            ColumnMajor.AddBiasAndScale(logits, bias, 1);
        }

        var simulated = SimulatedLoss.FromLogits(_configuration, _tables.Head, logits, _sequence);
        var top = CertificateChain.From(RowNorms.Of(simulated - truth));
        var gradient = Outside(_plan.Final, exact.Final, stored.Final, new(simulated, top), _inDescents);
        var (blocks, layers, first) = (new List<BlockCertificate>(), _plan.Blocks.Count, _plan.Blocks.Count - _configuration.TrainedLayers);
        CertifiedGradient? encoded = null;
        for (var layer = layers - 1; layer >= first; layer--)
        {
            if (layer == _plan.EncoderBlocks - 1)
            {
                gradient = Outside(_plan.EncoderFinal, exact.EncoderFinal, stored.EncoderFinal, encoded!, _encoder!);
            }

            var (block, ofEncoder) = BlockCertificate.Of(
                _configuration, _plan.Blocks[layer], _weights.Layers[layer], exact.Blocks[layer], stored.Blocks[layer], gradient, SequenceOf(layer));
            encoded = ofEncoder is null || encoded is null
                ? ofEncoder ?? encoded
                : new(encoded.Gradient + ofEncoder.Gradient, encoded.Chain.Plus(ofEncoder.Chain));
            blocks.Insert(0, block);
            gradient = new(block.SimulatedInput, block.Input);
        }

        return new ModelCertificate
        {
            Output = top,
            FinalNormBias = _outside.GetValueOrDefault($"{Place.FinalNorm}.bias"),
            Blocks = blocks,
            Outside = _outside,
        };
    }

    private CertifiedGradient Outside(BlockPlan? plan, BlockMemory? exact, BlockMemory? stored, CertifiedGradient gradient, TokenSequence sequence)
    {
        if (plan is null)
        {
            return gradient;
        }

        var (nodes, _) = BlockCertificate.Of(_configuration, plan, _weights.Outside, exact!, stored!, gradient, sequence);
        foreach (var (place, bound) in nodes.Parameters)
        {
            _outside[place] = bound;
        }

        return new(nodes.SimulatedInput, nodes.Input);
    }

    private States Forward(TintConfiguration configuration)
    {
        var blocks = new List<BlockMemory>();
        Matrix<double>? encoded = null;
        BlockMemory? encoderFinal = null;
        if (_encoder is not null)
        {
            (encoded, encoderFinal) = Nodes(_plan.EncoderFinal, Stack(Embed(_encoder), 0, _plan.EncoderBlocks));
        }

        var (output, final) = Nodes(_plan.Final, Stack(Embed(_sequence), _plan.EncoderBlocks, _plan.Blocks.Count));
        return new(blocks, encoderFinal, final, output);

        Matrix<double> Stack(Matrix<double> signal, int start, int end)
        {
            for (var layer = start; layer < end; layer++)
            {
                (signal, var memory) = SimulatedBlock.Forward(
                    configuration, _plan.Blocks[layer], _weights.Layers[layer], signal, SequenceOf(layer).IclMask, encoded);
                blocks.Add(memory);
            }

            return signal;
        }

        (Matrix<double> Output, BlockMemory? Memory) Nodes(BlockPlan? plan, Matrix<double> signal) => plan is null
            ? (signal, null)
            : SimulatedBlock.Forward(configuration, plan, _weights.Outside, signal, null);

        Matrix<double> Embed(TokenSequence sequence) => Nodes(_plan.Embedding, _tables.Embed(_weights, sequence)).Output;
    }

    private TokenSequence SequenceOf(int layer) => layer < _plan.EncoderBlocks ? _encoder! : _inDescents;

    private sealed record States(IReadOnlyList<BlockMemory> Blocks, BlockMemory? EncoderFinal, BlockMemory? Final, Matrix<double> Output);
}
