using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using Tint.Reference.Cuda.Kernels;

namespace Tint.Reference.Cuda.Tests.Kernels;

/// <summary>What the compiler makes of every loop for a GPU. It needs none.</summary>
internal static class DeviceCode
{
    /// <summary>The loops, by name.</summary>
    public static IReadOnlyDictionary<string, Type> Loops { get; } = typeof(IDeviceLoop).Assembly.GetTypes()
        .Where(type => type.IsValueType && type.IsAssignableTo(typeof(IDeviceLoop)))
        .ToDictionary(type => type.Name);

    /// <summary>The PTX of a loop.</summary>
    public static string Ptx(Type loop, CudaArchitecture architecture)
    {
        using var context = Context.Create(static _ => { });
        using var backend = new PTXBackend(
            context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_80, nvvmAPI: null);
        var method = typeof(DeviceLoop).GetMethod(nameof(DeviceLoop.Run), BindingFlags.Public | BindingFlags.Static)!.MakeGenericMethod(loop);
        var kernel = backend.Compile(EntryPointDescription.FromImplicitlyGroupedKernel(method), KernelSpecialization.Empty);
        return ((PTXCompiledKernel)kernel).PTXAssembly;
    }
}
