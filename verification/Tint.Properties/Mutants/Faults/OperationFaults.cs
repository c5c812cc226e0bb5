using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants.Faults;

/// <summary>Faults of operations that other architectures are made of.</summary>
internal static class OperationFaults
{
    private const string Cases = "the cases are of the published code, which has no such operation";
    private const string Full = "every row of their layers is in use";

    /// <summary>Each is called by the law about its operation.</summary>
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Of("rms-norm.mean-subtracted", "RmsNormForward subtracts the mean.", "LayerNorm taken for RMSNorm", modules => new(modules)
        {
            RmsForward = static (correct, configuration, layer, x) => correct.LayerNormForward(configuration, layer, x),
        }),
        Of("rms-norm.gamma-forgotten", "RmsNormBackward takes its difference along g where it is γ∘g.", "γ applied on the way forward alone", modules => new(modules)
        {
            RmsBackward = static (correct, configuration, layer, gradient, memory) => correct.RmsNormBackward(
                configuration, new LayerNormParameters(Vector<double>.Build.Dense(layer.Weight.Count, 1), layer.Bias), gradient, memory),
        }),
        Of("rms-norm.mean-subtracted-back", "RmsNormBackward differentiates a LayerNorm.", "one of two modules left as it was", modules => new(modules)
        {
            RmsBackward = static (correct, configuration, layer, gradient, memory) => correct.LayerNormBackward(configuration, layer, gradient, memory),
        }),
        Of("product.own-factor", "Each factor's gradient is multiplied by the factor itself.", "d(ab) = a da + b db", modules => new(modules)
        {
            ProductMemoryRead = static (_, memory) => new ProductMemory(memory.Right, memory.Left),
        }),
        Of("product.squared", "ProductForward multiplies its output by the first factor once more.", "a product accumulated into a slot that is not empty", modules => new(modules)
        {
            ProductOutput = static (output, left) => output.PointwiseMultiply(left),
        }),
        Of(
            "padded-inner-width.bias-repeated",
            "Rows of a layer that are padding put out the last row's bias.",
            "a bias repeated to the end of a chunk",
            modules => new(modules) { LinearOutput = static (layer, output) => Filled(layer, output) },
            Full),
        Of(
            "padded-inner-width.padding-moved",
            "A descent moves rows of a layer that are padding.",
            "a step on the whole of a chunk",
            modules => new(modules)
            {
                LinearUpdated = static (layer, updated) => updated with
                {
                    Weight = updated.Weight.MapIndexed((row, _, value) => IsPadding(layer, row) ? value + 1e-3 : value, Zeros.Include),
                },
            },
            Full),
        Of("grouped-queries.heads-by-turns", "Query head h attends to key and value head h mod count.", "heads repeated as a b a b where they are a a b b", modules => new(modules)
        {
            QueryHeads = static (configuration, form, rows) => ByTurns(configuration, form, rows),
        }),
        Of("grouped-queries.one-of-group", "A key and value head gets the gradient of the first query head of its group alone.", "an assignment in place of a sum over heads", modules => new(modules)
        {
            FormGradient = static (configuration, form, gradient) => FirstOfGroup(configuration, form, gradient),
        }),
        Of("rotation.pairs-for-halves", "Rotations turn pairs where they turn halves, and the other way round.", "GPT-J's rotation taken for LLaMA's", modules => new(modules)
        {
            Form = static (_, form) => form with { Rotation = form.Rotation is { } rotation ? rotation with { IsInterleaved = !rotation.IsInterleaved } : null },
        }),
        Of("rotation.position-unscaled", "Positions are not divided before they turn a head.", "linear scaling of positions passed over", modules => new(modules)
        {
            Form = static (_, form) => form with { Rotation = form.Rotation is { } rotation ? rotation with { PositionDivisor = 1 } : null },
        }),
        Of("slopes-and-scale.reversed", "The slopes of the heads come in reverse.", "the steepest head taken for the last", modules => new(modules)
        {
            Form = static (_, form) => form.Slopes is { } slopes ? form with { Slopes = [.. slopes.Reverse()] } : form,
        }),
        Of("slopes-and-scale.subtracted", "A score loses m_h·j.", "the sign of a distance that is counted from the query", modules => new(modules)
        {
            Form = static (_, form) => form.Slopes is { } slopes ? form with { Slopes = [.. slopes.Select(static slope => -slope)] } : form,
        }),
        Of("slopes-and-scale.scale-forgotten", "Scores are divided by √(D/H) whatever the form says.", "a constant of most models taken for one of all", modules => new(modules)
        {
            Form = static (_, form) => form with { ScoreScale = null },
        }),
        Of("relative-buckets.other-kind", "Buckets are those of the other kind, of one direction for both and of both for one.", "one table walk for encoder and decoder", modules => new(modules)
        {
            Form = static (_, form) => form.Relative is { } relative
                ? form with { Relative = relative with { Buckets = relative.Buckets with { IsBidirectional = !relative.Buckets.IsBidirectional } } }
                : form,
        }),
        Of("relative-buckets.other-heads", "The table's columns come in reverse.", "a table read as [H × buckets]", modules => new(modules)
        {
            Form = static (_, form) => form.Relative is { } relative ? form with { Relative = relative with { Table = Reversed(relative.Table) } } : form,
        }),
        Of("both-directions.later-hidden", "Attention in both directions hides later tokens.", "the causal mask left on", modules => new(modules)
        {
            Form = static (_, form) => form with { IsCausal = true },
        }),
        Of("both-directions.later-dropped", "The gradient of the values of attention in both directions drops what the train mask would.", "the causal backward taken for any", modules => new(modules)
        {
            Form = static (_, form) => form,
            FormBack = static (_, form) => form with { IsCausal = true },
        }),
        Of("cross-attention.last-unseen", "The last token of the other sequence is not attended to.", "a length that counts from 0", modules => new(modules)
        {
            Other = static other => other.RowCount < 2 ? other : other.SubMatrix(0, other.RowCount - 1, 0, other.ColumnCount),
        }),
        Of("cross-attention.read-late", "The value layer's backward reads the weights after the descent.", "two prefix loads in the wrong order", modules => new(modules)
        {
            CrossBack = static (correct, configuration, value, gradient, memory) =>
            {
                var updated = correct.CrossAttentionBackwardDescent(configuration, value, gradient, memory).Updated;
                return (correct.CrossAttentionBackwardDescent(configuration, updated, gradient, memory).OtherGradient, updated);
            },
        }),
    ];

    private static Mutant Of(string name, string fault, string models, Func<ITintModules, FaultyOperations> apply, string? unseen = null) =>
        Faulty.Mutant(name, fault, models, apply, unseenByFixtures: unseen ?? Cases);

    private static bool IsPadding(LinearParameters layer, int row) => layer.Bias[row] == 0 && layer.Weight.Row(row).ForAll(static value => value == 0);

    private static Matrix<double> Filled(LinearParameters layer, Matrix<double> output)
    {
        var last = Enumerable.Range(0, layer.Bias.Count).LastOrDefault(row => !IsPadding(layer, row));
        return output.MapIndexed((_, row, value) => IsPadding(layer, row) ? layer.Bias[last] : value, Zeros.Include);
    }

    /// <summary>Rows of the query layer in the order in which heads served by turns come.</summary>
    private static Matrix<double> ByTurns(TintConfiguration configuration, AttentionForm form, Matrix<double> rows)
    {
        var (auxiliary, count) = (configuration.Auxiliary, form.KeyValueHeadCount ?? configuration.Auxiliary.HeadCount);
        int[] order = [.. Enumerable.Range(0, auxiliary.HeadCount).OrderBy(head => head % count)];
        return Matrix<double>.Build.DenseOfRows(order.SelectMany(head => Enumerable.Range(head * auxiliary.HeadSize, auxiliary.HeadSize)).Select(rows.Row));
    }

    private static Matrix<double> FirstOfGroup(TintConfiguration configuration, AttentionForm form, Matrix<double> gradient)
    {
        var auxiliary = configuration.Auxiliary;
        var group = auxiliary.HeadCount / (form.KeyValueHeadCount ?? auxiliary.HeadCount);
        return gradient.MapIndexed((_, column, value) => column / auxiliary.HeadSize % group == 0 ? value : 0, Zeros.Include);
    }

    private static Matrix<double> Reversed(Matrix<double> table) => Matrix<double>.Build.Dense(
        table.RowCount, table.ColumnCount, (row, column) => table.At(row, table.ColumnCount - 1 - column));
}
