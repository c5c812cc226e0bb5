namespace Tint.Reference.Cuda.Kernels;

/// <summary>The body of a loop whose turns may run in any order and at once, as a device runs them. A body writes no place that another turn reads or writes.</summary>
internal interface IDeviceLoop
{
    /// <summary>Turn <paramref name="i"/>.</summary>
    public void Run(int i);
}
