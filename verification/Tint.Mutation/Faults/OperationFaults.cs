namespace Tint.Mutation.Faults;

/// <summary>Faults inside the construction of operations that the published code does not have, and in their certificates.</summary>
internal static class OperationFaults
{
    private const string Modules = "reference/Tint.Reference/Modules";
    private const string Primitives = "reference/Tint.Reference/Primitives";
    private const string Certificates = "reference/Tint.Reference/Certificates";
    private const string Forms = "Tint.Reference.Tests:AttentionFormTests";

    public static IReadOnlyList<SourceMutant> All { get; } =
    [
        new()
        {
            Name = "operation.rms-mirror-lost",
            Fault = "The slot beside the signal holds the signal itself, not its mirror image.",
            File = $"{Modules}/LayerNorm/SlotNormalisation.cs",
            Original = "mirror[head, head - heads] = -1;",
            Replacement = "mirror[head, head - heads] = 1;",
            SeenBy = "Tint.Reference.Tests:RmsNormModuleTests",
        },
        new()
        {
            Name = "operation.rms-mirror-stays",
            Fault = "The mirror image stays in slot 1 behind the backward pass.",
            File = $"{Modules}/LayerNorm/SlotNormalisation.cs",
            Original = "            drop[head, head] = 0;\n",
            Replacement = string.Empty,
            SeenBy = "Tint.Reference.Tests:RmsNormModuleTests",
        },
        new()
        {
            Name = "operation.rms-learns-a-bias",
            Fault = "The descent of a root-mean-square norm moves a bias that it does not have.",
            File = $"{Modules}/RmsNorm/RmsNormDescent.cs",
            Original = "            BiasRateFactor = 0,\n",
            Replacement = string.Empty,
            SeenBy = "Tint.Reference.Tests:RmsNormModuleTests",
        },
        new()
        {
            Name = "operation.product-squares",
            Fault = "The value of a product's heads is the first factor again.",
            File = $"{Modules}/Gating/SignalProduct.cs",
            Original = "value.CopyHeads(target * rows, second * rows, rows);",
            Replacement = "value.CopyHeads(target * rows, first * rows, rows);",
            SeenBy = "Tint.Reference.Tests:ProductModuleTests",
        },
        new()
        {
            Name = "operation.product-memory-exchanged",
            Fault = "The gradient at each factor is multiplied by that factor.",
            File = $"{Modules}/Gating/ProductBackward.cs",
            Original = "(Target: 0, First: 0, Second: _memory + 1), (Target: 1, First: 0, Second: _memory)",
            Replacement = "(Target: 0, First: 0, Second: _memory), (Target: 1, First: 0, Second: _memory + 1)",
            SeenBy = "Tint.Reference.Tests:ProductModuleTests",
        },
        new()
        {
            Name = "operation.chunk-bias-whole",
            Fault = "Every chunk of an MLP adds the whole outer bias.",
            File = "reference/Tint.Reference/Stacking/InnerChunks.cs",
            Original = "layer.Bias.Divide(Count(width, layer.Weight.ColumnCount))",
            Replacement = "layer.Bias",
            SeenBy = "Tint.Reference.Tests:InnerChunksTests",
        },
        new()
        {
            Name = "operation.chunk-rows-repeated",
            Fault = "Every chunk of an inner layer takes the rows of the first.",
            File = "reference/Tint.Reference/Stacking/InnerChunks.cs",
            Original = "Copy(layer.Weight, first, 0, rows, width, weight);",
            Replacement = "Copy(layer.Weight, 0, 0, rows, width, weight);",
            SeenBy = "Tint.Reference.Tests:InnerChunksTests",
        },
        new()
        {
            Name = "operation.heads-served-by-turns",
            Fault = "Query head h reads key and value head h mod count.",
            File = $"{Modules}/SelfAttention/SoftmaxHeads.cs",
            Original = "int Serving(int head) => form.ServedBy(auxiliary, head);\n        int Place",
            Replacement = "int Serving(int head) => head % form.KeyValueHeads(auxiliary);\n        int Place",
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.values-stay-in-place",
            Fault = "Values of a shared head are left in its place, not put in the query head's.",
            File = $"{Modules}/SelfAttention/SoftmaxHeads.cs",
            Original = "Select(head => Place(to(head)), from)",
            Replacement = "Select(head => Place(from(head)), from)",
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.rotation-mirrored",
            Fault = "Both coordinates of a pair get the partner with the same sign.",
            File = $"{Primitives}/RotaryPositions.cs",
            Original = "(second, pair, back ? 1 : -1)",
            Replacement = "(second, pair, back ? -1 : 1)",
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.keys-not-turned",
            Fault = "Queries are turned by their positions, keys are not.",
            File = $"{Primitives}/SoftmaxAttention.cs",
            Original = "k is null ? null : _rotary.Turn(k, arithmetic)",
            Replacement = "k",
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.slopes-scaled",
            Fault = "Slopes are multiplied by the scale of the products.",
            File = $"{Modules}/SelfAttention/SoftmaxHeads.cs",
            Original = "slopes[head] / form.Scale(auxiliary)",
            Replacement = "slopes[head]",
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.slopes-not-for-queries",
            Fault = "The coordinate that reads the slopes is 0 in queries of the first token.",
            File = $"{Modules}/SelfAttention/SoftmaxHeads.cs",
            Original = "query.PlaceTokens(coordinate, static _ => 1)",
            Replacement = "query.PlaceTokens(coordinate, static position => Math.Min(1, position))",
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.bias-before-scale",
            Fault = "A relative bias is scaled with the products.",
            File = $"{Primitives}/SoftmaxAttention.cs",
            Original = "                scale = 1;\n",
            Replacement = string.Empty,
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.both-directions-masked",
            Fault = "The train mask drops gradients where tokens see later ones.",
            File = $"{Primitives}/SoftmaxAttention.cs",
            Original = "int[] untrained = IsCausal(others)\n",
            Replacement = "int[] untrained = others is null\n",
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.one-bias-for-all-heads",
            Fault = "Every head's scores get the relative bias of the first head.",
            File = $"{Primitives}/SoftmaxAttention.cs",
            Original = "_form.Relative?.Of(head, tokens.RowCount, keyCount)",
            Replacement = "_form.Relative?.Of(0, tokens.RowCount, keyCount)",
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.encoder-sees-earlier",
            Fault = "Tokens see earlier ones alone where they should see all.",
            File = $"{Primitives}/SoftmaxAttention.cs",
            Original = "others is null && _form.IsCausal;",
            Replacement = "others is null;",
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.scale-of-its-own-lost",
            Fault = "Scores are divided by the root of a head's width whatever the model asks for.",
            File = $"{Primitives}/SoftmaxAttention.cs",
            Original = "_scale = _form.ScoreScale ?? (initial",
            Replacement = "_scale = (initial",
            SeenBy = Forms,
        },
        new()
        {
            Name = "operation.bloom-constant-exact",
            Fault = "BLOOM's gelu has the root of 2/π in place of its own constant.",
            File = $"{Primitives}/VectorActivation.cs",
            Original = "-2 * 0.79788456;",
            Replacement = "-2 * 0.7978845608028654;",
            SeenBy = "Tint.Reference.Tests:VectorActivationTests",
        },
        new()
        {
            Name = "operation.quick-slope-rounded",
            Fault = "quick_gelu's logistic has the slope 1.7.",
            File = $"{Primitives}/VectorActivation.cs",
            Original = "QuickSlope = -1.702;",
            Replacement = "QuickSlope = -1.7;",
            SeenBy = "Tint.Reference.Tests:VectorActivationTests",
        },
        new()
        {
            Name = "operation.silu-without-factor",
            Fault = "silu is the logistic function alone, without the factor z.",
            File = "reference/Tint.Reference/Auxiliary/ActivationFunction.cs",
            Original = "ActivationKind.Silu => z * Logistic(z),",
            Replacement = "ActivationKind.Silu => Logistic(z),",
            SeenBy = "Tint.Reference.Tests:VectorActivationTests",
        },
        new()
        {
            Name = "operation.cross-keys-as-values",
            Fault = "Cross-attention reads its keys as values.",
            File = $"{Modules}/CrossAttention/CrossAttentionForward.cs",
            Original = ".With(1, keys[0]).With(2, values[0])",
            Replacement = ".With(1, keys[0]).With(2, keys[0])",
            SeenBy = "Tint.Reference.Tests:CrossAttentionModuleTests",
        },
        new()
        {
            Name = "operation.cross-descent-last-token",
            Fault = "The value layer of cross-attention does not learn from the last token of the other sequence.",
            File = $"{Modules}/CrossAttention/CrossAttentionBackwardDescent.cs",
            Original = "double[] all = [.. Enumerable.Repeat(1.0, others.RowCount)];",
            Replacement = "double[] all = [.. Enumerable.Repeat(1.0, others.RowCount - 1), 0];",
            SeenBy = "Tint.Reference.Tests:CrossAttentionModuleTests",
        },
        new()
        {
            Name = "operation.certificate-halved-twice",
            Fault = "The certificate of a root-mean-square norm divides the mirrored one's by 2.",
            File = $"{Certificates}/RmsNormCertificate.cs",
            Original = "mirrored / Math.Sqrt(2)",
            Replacement = "mirrored / 2",
            SeenBy = "Tint.Reference.Tests:RmsNormCertificateTests",
        },
        new()
        {
            Name = "operation.chain-without-group",
            Fault = "The chain through shared keys and values leaves out the root of the group.",
            File = $"{Certificates}/CertificateChain.cs",
            Original = "Map(Math.Sqrt(group) * (",
            Replacement = "Map(1 * (",
            SeenBy = "Tint.Reference.Tests:OperationChainTests",
        },
        new()
        {
            Name = "operation.certificate-one-of-group",
            Fault = "The certificate of shared keys keeps the last head of a group alone.",
            File = $"{Certificates}/AttentionFormCertificate.cs",
            Original = "keys.SetColumn(served, keys.Column(served) + (turned * gains.KeyError(gradients)));",
            Replacement = "keys.SetColumn(served, turned * gains.KeyError(gradients));",
            SeenBy = Forms,
        },
    ];
}
