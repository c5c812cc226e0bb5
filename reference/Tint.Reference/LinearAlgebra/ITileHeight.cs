namespace Tint.Reference.LinearAlgebra;

/// <summary>How many vectors of rows a tile has: a constant to the compiler.</summary>
internal interface ITileHeight
{
    /// <summary>Two vectors if true, one if not.</summary>
    public static abstract bool IsTwo { get; }
}

/// <summary>A tile of one vector of rows, for what is left at the lower edge.</summary>
internal readonly struct OneVector : ITileHeight
{
    public static bool IsTwo => false;
}

/// <summary>A tile of two vectors of rows.</summary>
internal readonly struct TwoVectors : ITileHeight
{
    public static bool IsTwo => true;
}
