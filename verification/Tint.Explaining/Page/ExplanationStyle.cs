namespace Tint.Explaining.Page;

/// <summary>What the page adds to the style of the other pages.</summary>
internal static class ExplanationStyle
{
    public const string Css = """
        main > section { border-top: 2px solid var(--rule); margin-top: 34px; }
        h2 { overflow-wrap: anywhere; }
        h3 { font-size: 1rem; margin: 18px 0 4px; }
        a { color: var(--one); }
        nav ul { list-style: none; padding: 0; margin: 6px 0; display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: .9rem; }
        figure { max-width: 560px; }
        summary, p, li { overflow-wrap: anywhere; }
        sub, sup { line-height: 0; }
        .pair { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); align-items: start; }
        .pair > * { min-width: 0; }
        .lead { font-size: 1.05rem; }
        .lines { padding: 8px 0; }
        .lines code { display: block; padding: 0 10px 0 44px; text-indent: -34px; white-space: pre-wrap; overflow-wrap: anywhere; counter-increment: line; }
        .lines code::before { content: counter(line); display: inline-block; width: 26px; margin-right: 8px; text-align: right; text-indent: 0; color: var(--soft); }
        .lines { counter-reset: line; max-height: 30rem; overflow: auto; }
        table.states td, table.states th { white-space: nowrap; padding-left: 7px; }
        table.states { max-width: 660px; } .hand { max-width: 700px; }
        table.states td:first-child { white-space: normal; }
        table.words td, table.words th { text-align: left; padding-left: 8px; }
        table.words td:first-child, table.words th:first-child { padding-left: 0; }
        .who { color: var(--soft); }
        .sum td { font-weight: 650; border-bottom: 0; }
        ol.steps { padding-left: 0; list-style: none; margin: 8px 0; }
        ol.steps > li { border-left: 3px solid var(--rule); padding: 2px 0 8px 12px; margin: 0 0 10px; }
        ol.steps > li > p:first-child { margin-top: 0; }
        .hand { background: var(--card); border: 1px solid var(--one); border-radius: 10px; padding: 8px 14px; margin: 10px 0; }
        .ask dt { font-weight: 600; margin-top: 8px; } .ask { display: block; } .ask dd { text-align: left; max-width: 68ch; }
        .cover { display: block; font-size: .875rem; } .cover dt { font-weight: 600; margin-top: 6px; } .cover dd { text-align: left; overflow-wrap: anywhere; }
        svg .cell { fill: var(--card); stroke: var(--rule); }
        svg .head { fill: var(--back); stroke: var(--soft); }
        svg .c0 { stroke: var(--one); } svg .c1 { stroke: var(--two); } svg .c2 { stroke: var(--three); } svg .c3 { stroke: var(--four); }
        svg .f0 { fill: var(--one); } svg .f1 { fill: var(--two); } svg .f2 { fill: var(--three); } svg .f3 { fill: var(--four); }
        svg .wire { fill: none; stroke-width: 1; } svg .wire.factor { stroke-dasharray: 4 2; }
        svg .tint { fill-opacity: .16; stroke: none; }
        svg .mid { text-anchor: middle; } svg .small { font-size: 8.5px; } svg .tiny { font-size: 8px; fill: var(--text); }
        svg .title { font-size: 11.5px; fill: var(--text); font-weight: 600; }
        @media (max-width: 520px) {
          table.states { font-size: .6875rem; } table.states td, table.states th { padding-left: 3px; }
          ol.steps > li { padding-left: 8px; }
        }
        @media print {
          nav { display: none; }
          .lines { max-height: none; overflow: visible; font-size: 7pt; }
          section, ol.steps > li { break-inside: auto; }
          figure { max-width: 110mm; }
          main > section { margin-top: 18px; }
          .pair { grid-template-columns: 1fr 1fr; } .states { font-size: 6.5pt; } .states td, .states th { padding-inline: 2px; }
          .pair.beside { display: block; } .lines { columns: 2; column-gap: 6mm; }
          .lead { font-size: 10.5pt; }
          h3, .ask dt, .cover dt { break-after: avoid; }
        }
        """;
}
