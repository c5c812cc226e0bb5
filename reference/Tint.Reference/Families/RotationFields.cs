namespace Tint.Reference.Families;

/// <summary>Reads how a <c>config.json</c> turns queries and keys.</summary>
internal static class RotationFields
{
    /// <summary>Reads the base and the scaling: none or linear.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="baseName">The field of the base.</param>
    /// <param name="dimensions">The coordinates of a head that are turned.</param>
    /// <exception cref="RuleViolationException">The scaling is of another kind.</exception>
    public static Rotation Read(ConfigFields fields, string baseName, int dimensions)
    {
        var rotation = new Rotation { Dimensions = dimensions, Base = fields.Positive(baseName, 10000) };
        if (fields.Nested("rope_scaling") is not { } scaling)
        {
            return rotation;
        }

        var kind = scaling.Has("rope_type") ? scaling.Text("rope_type") : scaling.Text("type", "default");
        scaling.Ignore("type");
        var divisor = kind switch
        {
            "default" => 1,
            "linear" => scaling.Positive("factor"),
            _ => throw new RuleViolationException(
                "config.json: 'rope_scaling' must be of a kind that is simulated: the angles of others depend on the sequence or the frequency",
                $"'{kind}'",
                "use linear, default, or a model without it"),
        };
        scaling.Done("rope_scaling");
        return rotation with { PositionDivisor = divisor };
    }
}
