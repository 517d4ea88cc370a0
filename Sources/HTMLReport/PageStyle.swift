/// The style sheet of the page. Figures bring their own, with the same colours.
enum PageStyle {
  static let text = """
    :root{color-scheme:light dark;--paper:#fff;--ink:#1b1b1b;--quiet:#4d5358;--line:#c9ced3;--tint:#f3f5f7;--bad:#a33c00}
    @media screen and (prefers-color-scheme:dark){
    :root{--paper:#15181c;--ink:#eceff1;--quiet:#b4bcc4;--line:#454c54;--tint:#20252b;--bad:#f5a16c}}
    *{box-sizing:border-box}
    html{background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%}
    body{font:16px/1.5 system-ui,"Segoe UI",Roboto,Helvetica,Arial,"Liberation Sans","DejaVu Sans",sans-serif;
    max-width:62rem;margin:0 auto;padding:1.5rem 1rem 3rem;overflow-wrap:anywhere}
    h1{font-size:1.7rem;line-height:1.25;margin:0 0 .25rem}
    h2{font-size:1.3rem;line-height:1.3;margin:2.25rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}
    h3{font-size:1.05rem;margin:1.5rem 0 .25rem}
    section section h2{font-size:1.05rem;margin:1.25rem 0 .25rem;padding:0;border:0}
    section section h3{font-size:1rem;font-weight:normal;margin:1rem 0 .25rem}
    abbr{text-decoration:none}
    p{margin:.5rem 0}
    a{color:inherit}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0;margin:.75rem 0 0}
    .quiet{color:var(--quiet)}
    .counts{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0;padding:0;list-style:none}
    .counts li{border:1px solid var(--line);border-radius:.4rem;padding:.35rem .8rem;background:var(--tint)}
    .counts b{display:block;font-size:1.35rem;line-height:1.2;font-variant-numeric:tabular-nums}
    .counts .bad{border-color:var(--bad);border-width:2px}
    .scroll{overflow-x:auto;overflow-wrap:normal;margin:.75rem 0}
    table{border-collapse:collapse;border-top:2px solid;border-bottom:2px solid;font-size:.94rem}
    th,td{padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}
    th{border-bottom:1px solid;vertical-align:bottom}
    td{min-width:3rem}
    tbody tr+tr td{border-top:1px solid var(--line)}
    .number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
    .wide{min-width:18rem}
    pre{background:var(--tint);border:1px solid var(--line);border-radius:.4rem;padding:.75rem;overflow-x:auto;
    overflow-wrap:normal;font-size:.875rem;line-height:1.45}
    code{font-family:ui-monospace,"DejaVu Sans Mono","Liberation Mono",monospace;font-size:.92em}
    dl{display:grid;grid-template-columns:minmax(7rem,max-content) minmax(0,1fr);gap:.35rem 1.25rem;margin:.75rem 0}
    dt{color:var(--quiet)}
    dd{margin:0}
    figure{margin:1rem 0 1.75rem}
    figure .scroll{margin:0}
    figure svg{display:block}
    figure h3{margin-top:0}
    figcaption{font-size:.92rem;color:var(--quiet);margin-top:.35rem;max-width:44rem}
    .pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:1rem 1.5rem}
    .pictures figure{margin:0}
    .pictures img{display:block;width:100%;max-width:30rem;height:auto;image-rendering:pixelated;border:1px solid var(--line)}
    details{margin:.75rem 0}
    summary{cursor:pointer}
    @media (max-width:40rem){
    body{padding:1rem .75rem 2rem}
    figure svg.igr-figure{max-width:none;width:540px}
    dl{grid-template-columns:1fr;gap:0}
    dd{margin:0 0 .6rem}}
    @media print{
    html{background:#fff;color:#000}
    body{max-width:none;padding:0;font-size:10.5pt}
    figure,tr,img,.counts{break-inside:avoid}
    h2,h3{break-after:avoid}
    .scroll,pre{overflow:visible}
    pre{white-space:pre-wrap;overflow-wrap:anywhere}
    figure svg.igr-figure{width:14cm}
    table{font-size:8.5pt}
    .number{white-space:normal}
    nav,.screen{display:none}}
    """
}
