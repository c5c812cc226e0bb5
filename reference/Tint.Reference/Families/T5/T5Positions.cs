using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families.T5;

/// <summary>The relative positions of one stack: what they add to the scores of every block, and the gradient that comes back from all of them.</summary>
internal sealed class T5Positions
{
    private readonly ExactOperations _operations;
    private readonly string _name;
    private readonly Matrix<double> _table;
    private readonly Matrix<double> _gradient;
    private readonly RelativeBuckets _buckets;
    private readonly int _tokens;

    public T5Positions(
        T5Configuration model, ParameterSet parameters, ExactOperations operations, string stack, int tokens, bool isBidirectional)
    {
        (_operations, _name, _tokens) = (operations, $"{stack}.buckets", tokens);
        _table = parameters[_name];
        _gradient = Matrix<double>.Build.Dense(_table.RowCount, _table.ColumnCount);
        _buckets = model.Buckets(isBidirectional);
    }

    /// <summary>Whether a token attends to itself and earlier ones alone.</summary>
    public bool IsCausal => !_buckets.IsBidirectional;

    /// <summary>What a head's scores get, [T × T].</summary>
    public Matrix<double> Bias(int head) => Matrix<double>.Build.Dense(_tokens, _tokens, (i, j) => _table.At(_buckets.Of(i, j), head));

    /// <summary>Takes the gradient of a block's scores.</summary>
    public void Add(Matrix<double>[] scores)
    {
        for (var head = 0; head < scores.Length; head++)
        {
            foreach (var (i, j, value) in scores[head].EnumerateIndexed(Zeros.AllowSkip))
            {
                _gradient.At(_buckets.Of(i, j), head, _gradient.At(_buckets.Of(i, j), head) + value);
            }
        }
    }

    /// <summary>Hands the table's gradient over, once every block has given its part.</summary>
    public void AddGradient() => _operations.AddTo(_name, _gradient);
}
