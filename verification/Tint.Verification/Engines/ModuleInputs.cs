using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines;

/// <summary>The inputs of a module case, sequence by sequence, checked.</summary>
internal sealed class ModuleInputs
{
    private readonly TintConfiguration _configuration;
    private readonly Tensor _states;
    private readonly Tensor? _trainMask;
    private readonly Tensor? _iclMask;
    private readonly Tensor? _keyPrefixes;
    private readonly Tensor? _valuePrefixes;

    /// <summary>Reads the inputs and checks each against those that it must agree with, so that no value of a listed input goes unread.</summary>
    /// <exception cref="RuleViolationException">An input is unknown, misshapen, or says something else than another.</exception>
    public ModuleInputs(FixtureCase fixtureCase, TintConfiguration configuration, FixtureTensors tensors)
    {
        InputNames.Check(fixtureCase);
        _configuration = configuration;
        _states = Read(tensors, "hidden_states");
        _trainMask = tensors.HasInput("train_mask") ? Read(tensors, "train_mask") : null;
        _iclMask = tensors.HasInput("icl_mask") ? Read(tensors, "icl_mask") : null;
        _keyPrefixes = tensors.HasInput("key_prefixes") ? Read(tensors, "key_prefixes") : null;
        _valuePrefixes = tensors.HasInput("value_prefixes") ? Read(tensors, "value_prefixes") : null;
        if (_states.Shape.Count != 3)
        {
            throw new RuleViolationException(
                "input.hidden_states must be [B × num_prefixes + T × hidden_size]", _states.ToString(), "export all three axes");
        }

        Batch(_trainMask, "train_mask");
        Batch(_iclMask, "icl_mask");
        Batch(_keyPrefixes, "key_prefixes");
        Batch(_valuePrefixes, "value_prefixes");
        for (var sequence = 0; sequence < SequenceCount; sequence++)
        {
            _ = States(sequence);
            _ = IclMask(sequence);
            _ = _trainMask is null ? null : TrainMask(sequence);
            _ = _keyPrefixes is null ? null : KeyPrefixes(sequence);
            _ = _valuePrefixes is null ? null : ValuePrefixes(sequence);
        }

        ParameterInputs.Check(fixtureCase, tensors, configuration, this);
        if (tensors.HasInput("position_embeddings"))
        {
            CheckPositions(Read(tensors, "position_embeddings"));
        }

        if (tensors.HasInput("attention_mask"))
        {
            CheckAttentionMask(Read(tensors, "attention_mask"));
        }
    }

    /// <summary>B, the number of sequences.</summary>
    public int SequenceCount => _states.Shape[0];

    private int TokenCount => _states.Shape[1] - _configuration.PrefixCount;

    public HiddenStates States(int sequence) => HiddenStates.From(_configuration, _states.Slice(sequence).ToMatrix());

    public IReadOnlyList<double> TrainMask(int sequence)
    {
        var mask = Of(_trainMask, sequence, "train_mask").Values.ToArray();
        if (mask.Length != TokenCount || mask.Any(value => value is not (0 or 1)))
        {
            throw new RuleViolationException(
                "input.train_mask must have a 0 or 1 for every token", $"[{string.Join(", ", mask)}]", $"export {TokenCount} of them");
        }

        return mask;
    }

    public Matrix<double>? IclMask(int sequence)
    {
        if (_iclMask is null)
        {
            return null;
        }

        var mask = Of(_iclMask, sequence, "icl_mask").ToMatrix();
        Require.Shape(mask, TokenCount, TokenCount, "input.icl_mask");
        CausalMask.Check(mask);
        return mask;
    }

    public Slots KeyPrefixes(int sequence) => Prefixes(_keyPrefixes, sequence, "key_prefixes");

    public Slots ValuePrefixes(int sequence) => Prefixes(_valuePrefixes, sequence, "value_prefixes");

    private void Batch(Tensor? tensor, string name)
    {
        if (tensor is not null && (tensor.Shape.Count == 0 || tensor.Shape[0] != SequenceCount))
        {
            throw new RuleViolationException(
                $"input.{name} must have one entry a sequence", $"{tensor} for {SequenceCount} sequences", "export as many as input.hidden_states has");
        }
    }

    private Slots Prefixes(Tensor? prefixes, int sequence, string name)
    {
        var matrix = Of(prefixes, sequence, name).ToMatrix();
        Require.Shape(matrix, _configuration.PrefixCount, _configuration.HiddenSize, $"input.{name}");
        Require.Finite(matrix, $"input.{name}");
        return Slots.From(matrix, _configuration.Auxiliary.HiddenSize);
    }

    /// <summary>Token t has its one at t, prefix j at T_max + j: the construction's weights are written for these one-hots.</summary>
    private void CheckPositions(Tensor positions)
    {
        int prefixes = _configuration.PrefixCount, rows = _states.Shape[1], columns = _configuration.PositionCount;
        if (positions.Shape.Count != 3 || positions.Shape[1] != rows || positions.Shape[2] != columns)
        {
            throw new RuleViolationException(
                $"input.position_embeddings must be [B × {rows} × {columns}]", positions.ToString(), "export one one-hot a position");
        }

        for (var i = 0; i < positions.Values.Length; i++)
        {
            var (row, column) = (i / columns % rows, i % columns);
            var one = row < prefixes ? _configuration.Auxiliary.MaximumPositions + row : row - prefixes;
            if (positions.Values[i] != (column == one ? 1 : 0))
            {
                throw new RuleViolationException(
                    "input.position_embeddings must be one-hot: token t at t, prefix j at aux_max_positions + j",
                    FormattableString.Invariant($"{positions.Values[i]} in row {row}, column {column}"),
                    $"put the one of row {row} at {one}");
            }
        }
    }

    /// <summary>The mask must be clip(lower triangle + ones on prefix × prefix + m on token columns, 0, 1).</summary>
    private void CheckAttentionMask(Tensor mask)
    {
        int prefixes = _configuration.PrefixCount, rows = _states.Shape[1];
        if (mask.Shape.Count != 4 || mask.Shape[1] != 1 || mask.Shape[2] != rows || mask.Shape[3] != rows)
        {
            throw new RuleViolationException(
                $"input.attention_mask must be [B × 1 × {rows} × {rows}]", mask.ToString(), "export one mask a sequence");
        }

        for (var i = 0; i < mask.Values.Length; i++)
        {
            var (sequence, row, column) = (i / (rows * rows), i / rows % rows, i % rows);
            var allowed = column <= row || (row < prefixes && column < prefixes)
                || (column >= prefixes && TrainMask(sequence)[column - prefixes] == 1);
            if (mask.Values[i] != (allowed ? 1 : 0))
            {
                throw new RuleViolationException(
                    "input.attention_mask must follow from input.train_mask",
                    FormattableString.Invariant($"{mask.Values[i]} in sequence {sequence}, row {row}, column {column}"),
                    "use clip(lower triangle + ones on prefix × prefix + train_mask on token columns, 0, 1)");
            }
        }
    }

    private static Tensor Of(Tensor? batch, int sequence, string name) =>
        (batch ?? throw new RuleViolationException($"the module needs input.{name}", "none", "export it")).Slice(sequence);

    private static Tensor Read(FixtureTensors tensors, string name)
    {
        var tensor = tensors.Input(name);
        return new Tensor(tensor.Shape, tensor.Values);
    }
}
