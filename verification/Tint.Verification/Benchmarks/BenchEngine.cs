namespace Tint.Verification.Benchmarks;

/// <summary>What a step is computed with.</summary>
public enum BenchEngine
{
    /// <summary>The literal construction.</summary>
    Construction,

    /// <summary>The simulated gradient in closed form.</summary>
    Simulation,

    /// <summary>The simulated gradient on a GPU, where everything stays between the copies there and back.</summary>
    DeviceSimulation,

    /// <summary>The auxiliary model itself with full backpropagation and plain SGD.</summary>
    Exact,
}
