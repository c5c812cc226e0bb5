using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>Reads how a <c>config.json</c> turns queries and keys.</summary>
/// <remarks>Older files have a field for the base, one for the part of a head and an object for the scaling; newer ones one object, <c>rope_parameters</c>.</remarks>
internal static class RotationFields
{
    private const string Newer = "rope_parameters";
    private const string Scaling = "rope_scaling";

    /// <summary>Reads the base, the part of a head, and the scaling: none or linear.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="baseName">The field of the base.</param>
    /// <param name="headSize">The coordinates of a head.</param>
    /// <param name="shareName">The field of the part that is turned; null where it is the whole head.</param>
    /// <param name="share">The part where no field says it.</param>
    /// <exception cref="RuleViolationException">The scaling is of another kind, or the file says it in the older and the newer way.</exception>
    public static Rotation Read(ConfigFields fields, string baseName, int headSize, string? shareName = null, double share = 1)
    {
        var newer = fields.Nested(Newer);
        foreach (var name in new[] { baseName, Scaling, shareName }.OfType<string>().Where(name => newer is not null && fields.Has(name)))
        {
            throw new RuleViolationException($"config.json must say how heads are turned once: in '{Newer}' or in '{name}'", "both", "remove one");
        }

        var theta = newer?.Positive("rope_theta", 10000) ?? fields.Positive(baseName, 10000);
        if (shareName is not null)
        {
            share = newer?.Positive("partial_rotary_factor", share) ?? fields.Positive(shareName, share);
        }

        Repeated(fields, "rope_theta", theta);
        Repeated(fields, "partial_rotary_factor", share);
        var divisor = Divisor(newer ?? fields.Nested(Scaling));
        newer?.Done(Newer);
        return new Rotation { Dimensions = (int)(headSize * share), Base = theta, PositionDivisor = divisor };
    }

    /// <summary>Requires a field by which newer files say once more what another says to say the same.</summary>
    private static void Repeated(ConfigFields fields, string name, double expected)
    {
        if (fields.Has(name) && fields.Number(name) is var value && value != expected)
        {
            throw new RuleViolationException(
                FormattableString.Invariant($"config.json: '{name}' must be {expected}, as the rest of the file has it"),
                FormattableString.Invariant($"{value}"),
                FormattableString.Invariant($"use {expected}, or remove it"));
        }
    }

    private static double Divisor(ConfigFields? scaling)
    {
        if (scaling is null)
        {
            return 1;
        }

        var (newer, older) = (scaling.Text("rope_type", string.Empty), scaling.Text("type", string.Empty));
        if (newer.Length > 0 && older.Length > 0 && newer != older)
        {
            throw new RuleViolationException(
                $"config.json: '{Scaling}' must say its kind once: in 'rope_type' or in 'type'", $"'{newer}' and '{older}'", "remove one");
        }

        var kind = newer.Length > 0 ? newer : older.Length > 0 ? older : "default";
        var divisor = kind switch
        {
            "default" => 1,
            "linear" => scaling.Positive("factor"),
            _ => throw new RuleViolationException(
                $"config.json: '{Scaling}' must be of a kind that is simulated: the angles of others depend on the sequence or the frequency",
                $"'{kind}'",
                "use linear, default, or a model without it"),
        };
        scaling.Done(kind);
        return divisor;
    }
}
