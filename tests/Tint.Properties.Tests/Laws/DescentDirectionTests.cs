using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Tests.Laws;

/// <summary>
/// L75 says when an update goes downhill. Its condition is needed: here all departures but the dropped score path (V1) are off, every token is
/// trained, and still the update of a parameter goes uphill, as attention is far from one-hot.
/// </summary>
public sealed class DescentDirectionTests
{
    [Fact]
    public void Without_the_score_path_the_update_below_attention_can_go_uphill()
    {
        var (simulated, exact) = Gradients(iclMask: null);
        Assert.InRange(Cosine(simulated, exact), -0.72, -0.70);
    }

    [Fact]
    public void With_one_hot_attention_the_same_update_goes_downhill()
    {
        var (simulated, exact) = Gradients(Matrix<double>.Build.DenseIdentity(3));
        Assert.InRange(Cosine(simulated, exact), 0.999, 1);
    }

    private static double Cosine(Vector<double> left, Vector<double> right) => left.DotProduct(right) / (left.L2Norm() * right.L2Norm());

    /// <summary>Simulated and true gradient of the β before attention, in a model of one block without an MLP.</summary>
    private static (Vector<double> Simulated, Vector<double> Exact) Gradients(Matrix<double>? iclMask)
    {
        var auxiliary = new AuxiliaryConfiguration
        {
            HiddenSize = 3,
            HeadCount = 1,
            LayerCount = 1,
            VocabularySize = 3,
            MaximumPositions = 3,
            MlpChunkCount = 1,
            Activation = ActivationKind.Relu,
        };
        var configuration = new TintConfiguration
        {
            Auxiliary = auxiliary,
            HiddenSize = 12,
            HeadCount = 4,
            PrefixCount = 1,
            TrainedLayers = 1,
            Departures = Departures.Paper,
        };
        var norm = new LayerNormParameters(Vector<double>.Build.Dense(3, 1), Vector<double>.Build.Dense(3));
        var weights = new AuxiliaryWeights
        {
            Configuration = auxiliary,
            TokenEmbedding = Matrix([0, 2, 2], [2, 1, -1], [1, 2, -2]),
            PositionEmbedding = Matrix([-1, -1, -1], [-1, 1, 0], [-1, 1, -1]),
            Layers =
            [
                new AuxiliaryLayer
                {
                    AttentionNorm = norm,
                    Query = Linear(Matrix([0, 1, 0], [1, -1, -1], [0, 0, -1])),
                    Key = Linear(Matrix([0, 0, 0], [-1, 0, 1], [1, 0, 1])),
                    Value = Linear(Matrix([-1, 1, 0], [1, -1, -1], [1, -1, 1])),
                    Output = Linear(Matrix([1, 0, 0], [0, 1, 0], [0, 0, 1])),
                    MlpNorm = norm,
                    Inner = Linear(Matrix([0, 0, 0], [0, 0, 0], [0, 0, 0])),
                    Outer = Linear(Matrix([0, 0, 0], [0, 0, 0], [0, 0, 0])),
                },
            ],
            FinalNorm = norm,
        };
        var sequence = new TokenSequence { InputIds = [0, 1, 2], TrainMask = [1, 1, 1], IclMask = iclMask };
        var simulated = new SimulatedTint(configuration, weights) { RecordGradients = true }.Run(sequence).Gradients[0];
        var exact = ExactModel.Backward(ExactModel.Forward(weights, sequence), configuration.Loss).Parameters;
        return (simulated.Layers[0].AttentionNorm.Bias, exact.Layers[0].AttentionNorm.Bias);
    }

    private static Matrix<double> Matrix(params double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);

    private static LinearParameters Linear(Matrix<double> weight) => new(weight, Vector<double>.Build.Dense(weight.RowCount));
}
