using Tint.Reference.Cuda.Native;
using Tint.Reference.Cuda.Tests.Fakes;

namespace Tint.Reference.Cuda.Tests.Native;

public sealed class CudaLibrariesTests
{
    [Fact]
    public void Version_13_comes_before_12_and_each_is_looked_for_in_every_place()
    {
        using var machine = new FakeCuda
        {
            Files = ["libcuda.so.1", "/usr/local/cuda/lib64/libcudart.so.12", "/usr/local/cuda/lib64/libcublas.so.12"],
            Variables = new() { ["CUDA_HOME"] = "/home/cuda", ["CUDA_PATH"] = "/opt/cuda" },
        };
        Assert.Equal(12, machine.Open().Runtime.Major);
        string[] places = ["/home/cuda/lib64/", "/home/cuda/lib/", "/opt/cuda/lib64/", "/opt/cuda/lib/", "", "/usr/local/cuda/lib64/"];
        Assert.Equal(
            [
                "libcuda.so.1",
                .. places.Select(place => $"{place}libcudart.so.13"),
                "libcuda.so.1",
                .. places.Select(place => $"{place}libcudart.so.12"),
                .. places.SelectMany<string, string>(place => place.Length > 0 ? [$"{place}libcublasLt.so.12", $"{place}libcublas.so.12"] : ["libcublas.so.12"]),
            ],
            machine.Tried);
    }

    [Theory]
    [InlineData(13, "libcudart.so.13", "libcublas.so.13", "libcudart.so.12", "libcublas.so.12")]
    [InlineData(12, "libcudart.so.13", "libcudart.so.12", "libcublas.so.12")]
    [InlineData(12, "libcublas.so.13", "libcudart.so.12", "libcublas.so.12")]
    public void Runtime_and_cuBLAS_are_of_one_version(int version, params string[] files)
    {
        using var machine = new FakeCuda { Files = [.. files] };
        Assert.Equal(version, machine.Open().Runtime.Major);
    }

    [Fact]
    public void A_driver_too_old_for_13_serves_12()
    {
        using var machine = new FakeCuda { Files = ["libcuda.so.1", "libcudart.so.13", "libcublas.so.13", "libcudart.so.12", "libcublas.so.12"] };
        machine.Fail("cudaGetDeviceCount", 35);
        Assert.Equal(12, machine.Open().Runtime.Major);
    }

    [Fact]
    public void CUDA_HOME_and_CUDA_PATH_to_one_folder_are_looked_at_once()
    {
        var places = new CudaLibraryPlaces(false, _ => "/opt/cuda");
        Assert.Equal(["/opt/cuda/lib64", "/opt/cuda/lib", "", "/usr/local/cuda/lib64"], places.Folders());
    }

    [Fact]
    public void On_Windows_names_and_folders_are_those_of_Windows()
    {
        using var machine = new FakeCuda { Files = ["cudart64_13.dll", "cublas64_13.dll"], Variables = new() { ["CUDA_PATH"] = "C:/CUDA", ["CUDA_HOME"] = " " } };
        Assert.Equal(13, machine.Open(windows: true).Runtime.Major);
        Assert.Equal(
            [
                "nvcuda.dll",
                "C:/CUDA/bin/x64/cudart64_13.dll",
                "C:/CUDA/bin/cudart64_13.dll",
                "cudart64_13.dll",
                "C:/CUDA/bin/x64/cublasLt64_13.dll",
                "C:/CUDA/bin/x64/cublas64_13.dll",
                "C:/CUDA/bin/cublasLt64_13.dll",
                "C:/CUDA/bin/cublas64_13.dll",
                "cublas64_13.dll",
            ],
            machine.Tried);
    }

    [Fact]
    public void Without_libraries_one_line_says_what_was_looked_for_and_where()
    {
        using var machine = new FakeCuda { Files = ["libcudart.so.12"], Variables = new() { ["CUDA_HOME"] = "/opt/cuda" } };
        Assert.Equal(
            "the provider cuda needs the CUDA runtime and cuBLAS of one version; got no libcudart.so.13 and libcublas.so.13, no libcublas.so.12 in "
            + "/opt/cuda/lib64, /opt/cuda/lib, the loader's own places, /usr/local/cuda/lib64; "
            + "install the CUDA 12 or 13 runtime with cuBLAS, or put their folder on LD_LIBRARY_PATH (Windows: PATH), or use ProviderChoice.Simd",
            OneLine.Of(() => machine.Open()));
    }

    [Theory]
    [InlineData("cudaMemcpyAsync", "libcudart.so.12")]
    [InlineData("cublasDgemm_v2", "libcublas.so.12")]
    [InlineData("cuDeviceGetName", "libcuda.so.1")]
    public void A_library_without_a_function_is_named_with_it(string function, string library)
    {
        using var machine = new FakeCuda { Lacking = [function] };
        Assert.StartsWith($"{library} must have the function {function}; got", OneLine.Of(() => machine.Open()), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_driver_the_line_says_so()
    {
        using var machine = new FakeCuda { Files = ["libcudart.so.12", "libcublas.so.12"] };
        machine.Fail("cudaGetDeviceCount", 35);
        Assert.StartsWith("the provider cuda needs the NVIDIA driver; got a machine without its library; install", OneLine.Of(() => machine.Open()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(35, "error 35 (what the code means); install an NVIDIA driver as new as the CUDA runtime")]
    [InlineData(100, "the provider cuda needs a GPU that the driver sees; got none; see that nvidia-smi lists a free GPU")]
    [InlineData(999, "error 999 (what the code means); see that nvidia-smi lists a free GPU")]
    [InlineData(803, "error 803 (what the code means); see that nvidia-smi lists a free GPU")]
    public void Where_the_driver_does_not_work_the_line_says_how(int code, string expected)
    {
        using var machine = new FakeCuda();
        machine.Fail("cudaGetDeviceCount", code);
        Assert.Contains(expected, OneLine.Of(() => machine.Open()), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_device_the_line_says_so()
    {
        using var machine = new FakeCuda { DeviceCount = 0 };
        Assert.Contains("got none", OneLine.Of(() => machine.Open()), StringComparison.Ordinal);
    }
}
