namespace Tint.Reference.Cuda.Device;

/// <summary>What a decoder's blocks read of an encoder on a device.</summary>
/// <param name="Output">The encoder's output, [S × D_aux].</param>
/// <param name="Tokens">Its tokens, all of which count as trained.</param>
internal sealed record DeviceEncoder(DeviceMatrix Output, DeviceTokens Tokens);
