import re,sys,threading
from pathlib import Path
def test_shots(app):
    from werkzeug.serving import make_server
    from dataclasses import replace
    from reporting.settings import Transport
    rt=app.extensions["tomoshibi"]; app.extensions["tomoshibi"]=replace(rt,settings=replace(rt.settings,transport=Transport.LOOPBACK))
    srv=make_server("127.0.0.1",8765,app,threaded=True); threading.Thread(target=srv.serve_forever,daemon=True).start()
    from playwright.sync_api import sync_playwright
    out=Path("/tmp/shots"); out.mkdir(exist_ok=True)
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path="/usr/bin/chromium",args=["--no-sandbox"])
        for lang in ("ja","en"):
          for w,h in ((320,640),(1100,800)):
            c=b.new_context(locale=lang,viewport={"width":w,"height":h},java_script_enabled=False)
            g=c.new_page(); g.on("console",lambda m: print("CONSOLE",m.text))
            def shot(n): g.screenshot(path=str(out/f"{lang}-{w}-{n}.png"),full_page=True)
            u="http://127.0.0.1:8765"
            g.goto(u+"/"); shot("start"); g.click("a.door.first"); shot("safety"); g.click("a.door.first"); shot("short"); g.click("button.first"); print(g.url,g.title()); shot("short-error")
            g.fill("#story","大使館の人に、母のことを言われました。\n電話は 090-1234-5678 です。"); g.check("#kinds"); g.check("#store"); g.click("button.first"); shot("check"); g.click("button.first"); shot("code")
            code="".join(re.findall(r"\d",g.inner_text("ol.code"))); g.click("button.first"); g.fill("#first","1234"); g.click("button.first"); shot("try")
            g.fill("#first",code);g.fill("#second",code); g.click("button.first"); print(g.url); shot("done")
            g.goto(u+"/m"); g.fill("#code",code); g.click("button.first"); g.click("a.door.first"); g.fill("#text","Hello again"); g.click("button.first"); shot("read")
            g.click("text=/erase everything|すべて消す/i"); shot("end"); g.goto(u+"/kept"); shot("kept"); g.goto(u+"/xx"); shot("404")
            c.close()
        b.close()
    srv.shutdown()
