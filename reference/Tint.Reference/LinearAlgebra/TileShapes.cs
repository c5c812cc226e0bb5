namespace Tint.Reference.LinearAlgebra;

/// <summary>How many vectors of rows a tile has: a constant to the compiler.</summary>
internal interface ITileHeight
{
    /// <summary>Two vectors if true, one if not.</summary>
    public static abstract bool IsTwo { get; }
}

/// <summary>How many columns a tile has, 1 to 8: a constant to the compiler.</summary>
internal interface ITileWidth
{
    /// <summary>The columns.</summary>
    public static abstract int Columns { get; }
}

/// <summary>The shapes of tiles.</summary>
internal static class TileShapes
{
    internal readonly struct OneVector : ITileHeight
    {
        public static bool IsTwo => false;
    }

    internal readonly struct TwoVectors : ITileHeight
    {
        public static bool IsTwo => true;
    }

    internal readonly struct Columns1 : ITileWidth
    {
        public static int Columns => 1;
    }

    internal readonly struct Columns2 : ITileWidth
    {
        public static int Columns => 2;
    }

    internal readonly struct Columns3 : ITileWidth
    {
        public static int Columns => 3;
    }

    internal readonly struct Columns4 : ITileWidth
    {
        public static int Columns => 4;
    }

    internal readonly struct Columns5 : ITileWidth
    {
        public static int Columns => 5;
    }

    internal readonly struct Columns6 : ITileWidth
    {
        public static int Columns => 6;
    }

    internal readonly struct Columns7 : ITileWidth
    {
        public static int Columns => 7;
    }

    internal readonly struct Columns8 : ITileWidth
    {
        public static int Columns => 8;
    }
}
