using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>The closed form of a block's forward pass: signals are [T × D_aux], and a chunked MLP runs at its whole width.</summary>
internal sealed class SimulatedForward(
    TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double>? iclMask, Matrix<double>? encoded = null) : IForwardReading<Matrix<double>>
{
    private readonly List<(Place, int, LeafMemory)> _memory = [];

    /// <summary>What the leaves have left so far.</summary>
    public BlockMemory Memory => new(new Placed<LeafMemory>(_memory));

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public Matrix<double> Forward(Leaf leaf, int chunk, Matrix<double> input)
    {
        var (output, memory) = leaf switch
        {
            Norm => Remembered(SimulatedLayerNorm.Forward(configuration, layer.Norm(leaf.Place), input)),
            RmsNorm => Remembered(SimulatedRmsNorm.Forward(configuration, layer.Norm(leaf.Place), input)),
            Linear => Remembered(SimulatedLinear.Forward(configuration, layer.Linear(leaf.Place), input)),
            Activation => Remembered(SimulatedActivation.Forward(configuration, input)),
            Attention { ReadsEncoder: false } attention => Remembered(SimulatedAttention.Forward(
                configuration,
                layer.Linear(attention.Query.Place),
                layer.Linear(attention.Key.Place),
                layer.Linear(attention.Value.Place),
                input,
                iclMask,
                attention.Form)),
            Attention attention when encoded is not null => Remembered(SimulatedCrossAttention.Forward(
                configuration,
                layer.Linear(attention.Query.Place),
                layer.Linear(attention.Key.Place),
                layer.Linear(attention.Value.Place),
                input,
                encoded,
                attention.Form)),
            _ => throw leaf.Unread("the simulation"),
        };
        _memory.Add((leaf.Place, chunk, memory));
        return output;
    }

    /// <inheritdoc/>
    public Matrix<double> Multiply(Product product, int chunk, Matrix<double> left, Matrix<double> right)
    {
        ArgumentNullException.ThrowIfNull(product);
        var (output, memory) = SimulatedProduct.Forward(configuration, left, right);
        _memory.Add((product.Place, chunk, memory));
        return output;
    }

    /// <inheritdoc/>
    public Matrix<double> Add(Node node, Matrix<double> newer, Matrix<double> older)
    {
        ColumnMajor.AddTo(newer, older);
        return newer;
    }

    private static (Matrix<double> Output, LeafMemory Memory) Remembered((Matrix<double> Output, LayerNormMemory Memory) result) => result;

    private static (Matrix<double> Output, LeafMemory Memory) Remembered((Matrix<double> Output, AttentionMemory Memory) result) => result;

    private static (Matrix<double> Output, LeafMemory Memory) Remembered((Matrix<double> Output, CrossAttentionMemory Memory) result) => result;

    private static (Matrix<double> Output, LeafMemory Memory) Remembered((Matrix<double> Output, Matrix<double> Input) result) =>
        (result.Output, new InputMemory(result.Input));
}
