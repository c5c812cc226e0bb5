namespace Tint.Verification.Benchmarks;

/// <summary>What a product of the provider in use took, and how near to its rounding bound the entries that were looked at came.</summary>
/// <param name="DataType">float64 or float32.</param>
/// <param name="Rows">Rows of the first operand.</param>
/// <param name="Depth">Its columns.</param>
/// <param name="Columns">Columns of the second operand.</param>
/// <param name="Seconds">The best of several runs.</param>
/// <param name="FlopsPerSecond">2·rows·depth·columns over <paramref name="Seconds"/>.</param>
/// <param name="EntriesChecked">How many entries were compared with exact ones.</param>
/// <param name="Ratio">The greatest error over bound among them; at most 1 where the product is right.</param>
internal sealed record ProductTime(
    string DataType, int Rows, int Depth, int Columns, double Seconds, double FlopsPerSecond, int EntriesChecked, double Ratio);
