namespace Tint.Verification.Reports.Page;

/// <summary>The page's style: one column on a phone, more where there is room, light, dark and print.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root {
          color-scheme: light dark;
          --back: #fbfbfa; --card: #ffffff; --text: #1b1f24; --soft: #59626d; --rule: #dcdfe3;
          --good: #0b6b3a; --good-back: #e3f4ea; --wrong: #a3200d; --wrong-back: #fbe7e3;
          --one: #0b63b0; --two: #c2540a; --three: #6b4fb3; --four: #0b7a75; --five: #8a6d00;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --back: #14171a; --card: #1d2125; --text: #e8eaed; --soft: #a5adb6; --rule: #363c43;
            --good: #7bd8a3; --good-back: #173324; --wrong: #ff9d8a; --wrong-back: #40201a;
            --one: #6db3f2; --two: #f0a067; --three: #b9a3f0; --four: #62cdc6; --five: #d9bf57;
          }
        }
        @media print {
          :root {
            color-scheme: light;
            --back: #ffffff; --card: #ffffff; --text: #000000; --soft: #444444; --rule: #bbbbbb;
            --good: #0b6b3a; --good-back: #e3f4ea; --wrong: #a3200d; --wrong-back: #fbe7e3;
            --one: #0b63b0; --two: #c2540a; --three: #6b4fb3; --four: #0b7a75; --five: #8a6d00;
          }
          * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
        }
        @page { margin: 14mm; }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 16px 14px 40px; max-width: 1080px; background: var(--back); color: var(--text);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
        }
        h1 { font-size: 1.55rem; line-height: 1.2; margin: 0 0 12px; }
        h2 { font-size: 1.15rem; line-height: 1.3; margin: 34px 0 6px; }
        p { margin: 6px 0; max-width: 68ch; }
        .soft { color: var(--soft); }
        .verdict { border-radius: 10px; padding: 14px 16px; margin: 0 0 14px; }
        .verdict.good { background: var(--good-back); border: 1px solid var(--good); }
        .verdict.wrong { background: var(--wrong-back); border: 1px solid var(--wrong); }
        .verdict strong { font-size: 1.25rem; line-height: 1.3; display: block; }
        .good strong, td.good, .goodtext { color: var(--good); }
        .wrong strong, td.wrong, .wrongtext { color: var(--wrong); }
        .cards { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
        .cards.charts { grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); align-items: start; }
        .card, figure { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 12px 14px; margin: 0; }
        .card h3, figure h3 { font-size: 1rem; margin: 0 0 4px; }
        .big { font-size: 1.5rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
        dl { display: grid; grid-template-columns: 1fr auto; gap: 3px 12px; margin: 6px 0 0; }
        dd { margin: 0; font-variant-numeric: tabular-nums; text-align: right; }
        figcaption { color: var(--soft); font-size: .875rem; margin-top: 6px; }
        table { border-collapse: collapse; width: 100%; font-size: .8125rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: 4px 0 4px 8px; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
        @media (max-width: 520px) {
          table.tight { font-size: .71875rem; } table.tight th, table.tight td { padding-left: 3px; }
          table.tight th:first-child, table.tight td:first-child { padding-left: 0; }
        }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        th { font-weight: 600; color: var(--soft); line-height: 1.2; vertical-align: bottom; }
        .scroll { overflow-x: auto; }
        svg { display: block; width: 100%; height: auto; }
        svg text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--soft); }
        svg .label { fill: var(--text); font-size: 11.5px; }
        svg .value { font-size: 10px; }
        svg .row { font-size: 10.5px; }
        svg .grid { stroke: var(--rule); stroke-width: 1; }
        svg .axis { stroke: var(--soft); stroke-width: 1; }
        svg .limit { stroke: var(--wrong); stroke-width: 1.5; }
        svg .mark { stroke-width: 1; stroke-dasharray: 2 3; stroke: var(--soft); }
        svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
        svg .dashed { stroke-width: 1.25; stroke-dasharray: 5 4; }
        .line.one, .mark.one { stroke: var(--one); } .line.two, .mark.two { stroke: var(--two); }
        .line.three, .mark.three { stroke: var(--three); } .line.four, .mark.four { stroke: var(--four); }
        .line.five, .mark.five { stroke: var(--five); }
        .bar.one, .dot.one { fill: var(--one); } .bar.two, .dot.two { fill: var(--two); }
        .bar.three, .dot.three { fill: var(--three); } .bar.four, .dot.four { fill: var(--four); } .bar.bad { fill: var(--wrong); }
        .dot { stroke: var(--card); stroke-width: 1; }
        .key { display: flex; flex-wrap: wrap; gap: 2px 14px; list-style: none; padding: 0; margin: 4px 0 8px; font-size: .8125rem; }
        .key i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 5px; vertical-align: -1px; }
        .key i.dash { height: 0; border-top: 2px dashed; border-radius: 0; vertical-align: 4px; background: none !important; }
        .key .one { background: var(--one); border-color: var(--one); } .key .two { background: var(--two); border-color: var(--two); }
        .key .three { background: var(--three); border-color: var(--three); } .key .four { background: var(--four); border-color: var(--four); }
        .key .five { background: var(--five); border-color: var(--five); }
        .key .none { background: var(--soft); border-color: var(--soft); }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8125rem; line-height: 1.45; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 10px; }
        summary { cursor: pointer; color: var(--soft); font-size: .875rem; padding: 6px 0; }
        .tag { font-weight: 650; margin-right: 6px; }
        @media print {
          body { font-size: 9.5pt; padding: 0; max-width: none; }
          h2 { margin-top: 16px; break-after: avoid; }
          h2 + p, .key { break-after: avoid; }
          p, section, figure, .card, tr { break-inside: avoid; }
          .card h3, figure h3 { font-size: 10pt; }
          .cards { grid-template-columns: repeat(4, 1fr); gap: 8px; }
          .cards.charts, .cards.top { grid-template-columns: 1fr 1fr; }
          .scroll { overflow: visible; }
          details:not([open]) { display: none; }
        }
        """;
}
