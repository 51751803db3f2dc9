/** Allows no scripts and no other servers. A mail's frame inherits it, so no images are loaded. */
export const contentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

export const css = `
:root{color-scheme:light dark;--ink:#1d1c1d;--soft:#616061;--line:#e3e1dd;--paper:#fff;--desk:#f6f5f2;
--side:#35224a;--side-ink:#e9dff2;--side-on:#5b3b7d;--accent:#1264a3;--warn:#b42318;--code:#f3f1ee}
@media (prefers-color-scheme:dark){:root{--ink:#e8e6e3;--soft:#a5a29c;--line:#3a3836;--paper:#232120;
--desk:#1a1918;--side:#211530;--side-ink:#d8cbe6;--side-on:#46305f;--accent:#6cb4ee;--warn:#ff8a7a;--code:#312e2c}}
*{box-sizing:border-box}
body{margin:0;height:100vh;display:grid;grid-template-columns:17.5rem 1fr;font:15px/1.47 system-ui,sans-serif;
color:var(--ink);background:var(--desk)}
nav{background:var(--side);color:var(--side-ink);overflow:auto;padding:1.1rem .6rem 2rem}
nav h1{font-size:1.05rem;margin:0 .6rem .9rem}
nav h2{font-size:.72rem;letter-spacing:.06em;text-transform:uppercase;opacity:.7;margin:1.2rem .6rem .3rem}
nav a{display:flex;gap:.5rem;justify-content:space-between;color:inherit;text-decoration:none;padding:.22rem .6rem;
border-radius:6px}
nav a span:first-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
nav a:hover{background:#ffffff1a}nav a.on{background:var(--side-on);font-weight:600}
nav a .count{opacity:.7;font-variant-numeric:tabular-nums;font-size:.85em}
nav form{margin:0 .6rem}nav p{margin:.4rem .6rem;opacity:.75;font-size:.85rem}
nav input{width:100%;font:inherit;padding:.35rem .6rem;border-radius:6px;border:1px solid #ffffff33;
background:#ffffff1a;color:inherit}nav input::placeholder{color:inherit;opacity:.65}
main{overflow:auto;padding:0 0 3rem}
main>header,section>header{position:sticky;top:0;z-index:1;background:var(--paper);border-bottom:1px solid var(--line);
padding:.85rem 1.6rem;display:flex;gap:.8rem;align-items:baseline}
main>header h2,section>header h2{margin:0;font-size:1.1rem}
.soft,time{color:var(--soft);font-size:.82rem}
.letter{background:var(--paper);border:1px solid var(--line);border-radius:10px;margin:1rem 1.6rem;padding:1rem 1.2rem;
max-width:52rem;overflow-wrap:anywhere}
.slack{display:grid;grid-template-columns:2.4rem 1fr;gap:.8rem}
.slack .body>header{margin-bottom:.15rem}
.avatar{width:2.4rem;height:2.4rem;border-radius:8px;background:var(--side);color:#fff;
font:700 1.25rem/1 system-ui,sans-serif;display:grid;place-items:center}
.app{font-size:.65rem;background:var(--code);color:var(--soft);border-radius:3px;padding:.05rem .25rem;vertical-align:1px}
.letter h3{margin:.25rem 0 .4rem;font-size:1.08rem;line-height:1.3}
.letter hr{border:0;border-top:1px solid var(--line);margin:.7rem 0}
.letter a{color:var(--accent)}
.section{display:flex;justify-content:space-between;gap:1rem;margin:.45rem 0}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:.5rem 1.2rem;margin-top:.35rem}
.context{color:var(--soft);font-size:.82rem;display:flex;flex-wrap:wrap;gap:.2rem .7rem;margin:.4rem 0}
.actions{display:flex;flex-wrap:wrap;gap:.5rem;margin:.6rem 0}
.button{border:1px solid var(--line);border-radius:5px;padding:.18rem .7rem;font-weight:600;font-size:.85rem;height:max-content}
.button.primary{background:#007a5a;border-color:#007a5a;color:#fff}.button.danger{border-color:var(--warn);color:var(--warn)}
.mention{background:#1264a326;color:var(--accent);border-radius:3px;padding:0 .15rem}
code,pre{font:.85em/1.5 ui-monospace,monospace;background:var(--code);border-radius:4px}
code{padding:.1rem .25rem}pre{padding:.6rem .8rem;margin:.4rem 0;white-space:pre-wrap}
blockquote{border-left:4px solid var(--line);margin:.15rem 0;padding-left:.7rem}
.mail>header{display:flex;justify-content:space-between;gap:1rem;align-items:baseline}
.mail time{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .7rem;margin:.1rem 0 .8rem;font-size:.87rem}
dt{color:var(--soft)}dd{margin:0}
iframe{width:100%;border:1px solid var(--line);border-radius:6px;background:#fff;color-scheme:light;resize:vertical}
summary{cursor:pointer;color:var(--soft);font-size:.85rem;margin-top:.5rem}
.bounced{color:var(--warn);margin:.2rem 0;font-weight:600}.unknown,.image{color:var(--soft);font-style:italic}
.empty{padding:4rem 1.6rem;color:var(--soft);text-align:center}
.pages{display:flex;gap:1rem;padding:.2rem 1.6rem}.pages a{color:var(--accent)}
@media (max-width:46rem){body{grid-template-columns:1fr;height:auto}nav{max-height:40vh}}
`
