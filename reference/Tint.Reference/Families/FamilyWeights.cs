using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Families;

/// <summary>Parameters by canonical names as weights of an auxiliary model, and back; which there are is the model's plan.</summary>
internal static class FamilyWeights
{
    /// <summary>The token embedding.</summary>
    public const string Tokens = "embedding.tokens.weight";

    /// <summary>The position table.</summary>
    public const string Positions = "embedding.positions.weight";

    /// <summary>The weights of a model.</summary>
    public static AuxiliaryWeights Of(FamilyConfiguration model, ParameterSet parameters) => Of(
        model, parameters, [.. model.Blocks().Select(block => Layer(model, parameters, block.Name, block.Plan))]);

    /// <summary>The weights of a checkpoint, whose layers are read when they are asked for.</summary>
    public static AuxiliaryWeights Stream(FamilyConfiguration model, CheckpointReading reading)
    {
        var blocks = model.Blocks();
        string[] beginnings = [.. blocks.Select(static block => $"{block.Name}.")];
        return Of(
            model,
            reading.Read(name => !Array.Exists(beginnings, beginning => name.StartsWith(beginning, StringComparison.Ordinal))),
            new StreamedLayers(model.Auxiliary(), index => Layer(
                model, reading.Read(name => name.StartsWith(beginnings[index], StringComparison.Ordinal)), blocks[index].Name, blocks[index].Plan)));
    }

    private static AuxiliaryLayer Layer(FamilyConfiguration model, ParameterSet parameters, string name, BlockPlan plan) =>
        AuxiliaryLayer.Of(plan, leaf => Group(model, parameters, $"{name}.{leaf.Place}", leaf));

    private static AuxiliaryWeights Of(FamilyConfiguration model, ParameterSet parameters, IReadOnlyList<AuxiliaryLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var auxiliary = model.Auxiliary();
        var plan = ModelPlan.Of(auxiliary);
        var tokens = parameters[Tokens];
        var isProjected = plan.EmbeddingWidth is not null;
        var weights = new AuxiliaryWeights(
            auxiliary,
            tokens,
            layers,
            new(new Placed<ParameterGroup>(plan.Outside.Select(leaf => (leaf.Place, 0, Group(model, parameters, $"{leaf.Place}", leaf))))))
        {
            Buckets = new(plan.Tables.Select(table => (table.Place, 0, parameters[$"{table.Place}"]))),
            EmbeddingProjection = isProjected ? parameters.Linear($"{Place.EmbeddingProjection}") : null,
            HeadProjection = isProjected ? parameters.Linear($"{Place.HeadProjection}") : null,
            Head = !plan.IsTied ? parameters.Linear($"{Place.Head}")
                : plan.HasHeadBias ? new(tokens, parameters[$"{Place.Head}.bias"].Row(0))
                : null,
        };
        if (plan.HasPositionTable)
        {
            var (table, front) = (parameters[Positions], model.FrontPositions);
            weights = weights with { PositionEmbedding = front == 0 ? table : table.SubMatrix(front, table.RowCount - front, 0, table.ColumnCount) };
        }

        weights.Check();
        return weights;
    }

    /// <summary>The parameters of weights; rows in front of a position table, which weights do not hold, are zero.</summary>
    public static ParameterSet Parameters(FamilyConfiguration model, AuxiliaryWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var (plan, parameters) = (ModelPlan.Of(weights.Configuration), new ParameterSet());
        parameters.Set(Tokens, weights.TokenEmbedding);
        if (plan.HasPositionTable)
        {
            var (table, front) = (weights.PositionEmbedding, model.FrontPositions);
            parameters.Set(Positions, front == 0 ? table : Matrix<double>.Build.Dense(front, table.ColumnCount).Stack(table));
        }

        foreach (var ((name, block), layer) in model.Blocks().Zip(weights.Layers))
        {
            Put(block.Parameters, layer, $"{name}.");
        }

        Put(plan.Outside, weights.Outside, string.Empty);
        foreach (var (place, _, table) in weights.Buckets.Items)
        {
            parameters.Set($"{place}", table);
        }

        PutLinear($"{Place.EmbeddingProjection}", weights.EmbeddingProjection, hasWeight: true, hasBias: false);
        PutLinear($"{Place.HeadProjection}", weights.HeadProjection, hasWeight: true, hasBias: false);
        PutLinear($"{Place.Head}", weights.Head, !plan.IsTied, plan.HasHeadBias);
        return parameters;

        void Put(IEnumerable<ParameterLeaf> leaves, AuxiliaryLayer source, string prefix)
        {
            foreach (var leaf in leaves)
            {
                switch (source.Parameters[leaf.Place])
                {
                    case LinearParameters linear:
                        PutLinear($"{prefix}{leaf.Place}", linear, leaf.HasWeight, leaf.HasBias);
                        break;
                    case LayerNormParameters { Dense: null } norm:
                        PutLinear($"{prefix}{leaf.Place}", new(norm.Weight.ToRowMatrix(), norm.Bias), leaf.HasWeight, leaf.HasBias);
                        break;
                    case LayerNormParameters:
                        throw new RuleViolationException(
                            "a normalisation must be diagonal to have names", $"a dense map for {prefix}{leaf.Place}", "train norms with departure V5 off");
                    case var other:
                        throw other.Unknown();
                }
            }
        }

        void PutLinear(string name, LinearParameters? linear, bool hasWeight, bool hasBias)
        {
            if (linear is not null && hasWeight)
            {
                parameters.Set($"{name}.weight", linear.Weight);
            }

            if (linear is not null && hasBias)
            {
                parameters.Set($"{name}.bias", linear.Bias.ToRowMatrix());
            }
        }
    }

    private static ParameterGroup Group(FamilyConfiguration model, ParameterSet parameters, string name, ParameterLeaf leaf) =>
        leaf is Linear ? parameters.Linear(name) : parameters.Norm(name, model.HiddenSize);
}
