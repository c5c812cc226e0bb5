using System.Globalization;
using Tint.Experiments.Evaluation;

namespace Tint.Experiments.Classification;

/// <summary>The words of a classification, for a terminal and for a page.</summary>
public static class ClassificationText
{
    /// <summary>A calibration.</summary>
    public static string Name(Calibration calibration) => calibration switch
    {
        Calibration.Plain => "plain",
        Calibration.Sfc => "sfc",
        Calibration.IclSfc => "icl_sfc",
        _ => throw new InvalidOperationException($"a calibration without a name: {calibration}"),
    };

    /// <summary>What was trained on.</summary>
    public static string Loss(ClassificationSetting setting) => Of(setting).Rate is null ? "–" : setting.LabelsOnly ? "label_only" : "context";

    /// <summary>How demonstrations were joined.</summary>
    public static string Join(ClassificationSetting setting) => Of(setting).Apart ? "single" : "concatenated";

    /// <summary>How many layers were trained.</summary>
    public static string Layers(ClassificationSetting setting) =>
        Of(setting).Layers?.ToString(CultureInfo.InvariantCulture) ?? (setting.Rate is not null ? "all" : "–");

    /// <summary>A share of tests.</summary>
    public static string Share(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    /// <summary>How settings were chosen.</summary>
    public static string Selection(ClassificationDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return document.AsPublished
            ? $"as published, settings were chosen on the same {document.Reporting} tests that are reported, which flatters whatever has many"
            : $"settings were chosen on {document.Selecting} tests and accuracy is reported on {document.Reporting} others";
    }

    /// <summary>What was classified.</summary>
    public static string Title(ClassificationDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return $"{document.Model}; {document.Task}{(document.Template is { } number ? $", template {number}" : string.Empty)}, {document.Shots} demonstrations, seeds {string.Join(", ", document.Seeds)}";
    }

    /// <summary>A setting but for its rate.</summary>
    public static string Name(ClassificationSetting setting) =>
        $"{EvaluationText.Name(Of(setting).Method)}, {Name(setting.Calibration)}, {Loss(setting)}, {Join(setting)}, layers {Layers(setting)}";

    private static ClassificationSetting Of(ClassificationSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return setting;
    }
}
