namespace Tint.Verification.Departing;

/// <summary>How much one departure from plain SGD on the auxiliary model changes, measured on whole models.</summary>
/// <param name="Label">V1 … V9.</param>
/// <param name="What">The departure, in a line.</param>
/// <param name="Measure">What the sizes are relative to, in a line.</param>
/// <param name="Median">The median size over the models; null where there is no size to give.</param>
/// <param name="Least">The least.</param>
/// <param name="LeastCase">The case with it.</param>
/// <param name="Largest">The largest.</param>
/// <param name="LargestCase">The case with it.</param>
/// <param name="LossChange">The largest change of the reported loss after training, in nats; null where it cannot change.</param>
/// <param name="Models">How many models it was measured on: those whose training stays finite.</param>
internal sealed record DepartureSize(
    string Label,
    string What,
    string Measure,
    double? Median,
    double? Least,
    string? LeastCase,
    double? Largest,
    string? LargestCase,
    double? LossChange,
    int Models)
{
    /// <summary>What part of the departure is measured, where its parts are measured apart; null otherwise.</summary>
    public string? Part { get; init; }
}
