"""Renders a report in Chromium at several widths, light and dark, and looks at what a reader would meet: requests, scripts,
things wider than the window, labels cut off or above each other, faint text. Writes screenshots and the printed pages.
Usage: check_report.py PAGE FOLDER"""

import base64, json, os, re, subprocess, sys, tempfile, time, urllib.request

import websocket

page, folder = (os.path.abspath(argument) for argument in sys.argv[1:])

LOOK = """(() => {
  const problems = [], width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width)
    problems.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`);
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest('svg') || element.closest('.scroll') || element.closest('pre')) continue;
    const box = element.getBoundingClientRect();
    if (box.width && (box.right > width + 1 || box.left < -1))
      problems.push(`<${element.tagName.toLowerCase()}> reaches from ${box.left} to ${box.right} of ${width}: ${element.textContent.slice(0, 40)}`);
  }
  let labels = 0;
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(text => ({text: text.textContent, box: text.getBoundingClientRect()}));
    labels += texts.length;
    for (const {text, box} of texts)
      if (box.left < frame.left - 0.5 || box.right > frame.right + 0.5 || box.top < frame.top - 0.5 || box.bottom > frame.bottom + 0.5)
        problems.push(`the label '${text}' is cut off`);
    // Boxes are as high as the font's line; glyphs fill about three quarters of it.
    for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
      const a = texts[i].box, b = texts[j].box;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 0.5 && down > 0.3 * Math.min(a.height, b.height, a.width, b.width))
        problems.push(`the labels '${texts[i].text}' and '${texts[j].text}' lie above each other`);
    }
    const size = parseFloat(getComputedStyle(svg.querySelector('text')).fontSize) * frame.width / svg.viewBox.baseVal.width;
    if (size < 9.5) problems.push(`labels are ${size.toFixed(1)} pixels high: ${texts[0].text}`);
  }
  const light = colour => {
    const parts = colour.match(/[0-9.]+/g).slice(0, 3).map(x => x / 255).map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const paper = light(getComputedStyle(document.documentElement).backgroundColor);
  const contrast = colour => { const a = light(colour); return (Math.max(a, paper) + 0.05) / (Math.min(a, paper) + 0.05); };
  for (const element of document.querySelectorAll('h1, h2, h3, p, td, th, dt, dd, li, figcaption, pre, text')) {
    const style = getComputedStyle(element), colour = element.tagName === 'text' ? style.fill : style.color;
    if (contrast(colour) < 4.5) problems.push(`${element.tagName} has contrast ${contrast(colour).toFixed(1)}: ${element.textContent.slice(0, 40)}`);
  }
  for (const path of document.querySelectorAll('path[class^=line], path[class^=mark]')) {
    const style = getComputedStyle(path);
    if (contrast(style.stroke) < 3) problems.push(`a line of class ${path.getAttribute('class')} has contrast ${contrast(style.stroke).toFixed(1)}`);
  }
  for (const image of document.images) if (!image.complete || !image.naturalWidth || !image.alt) problems.push(`a picture is broken: ${image.alt}`);
  return JSON.stringify({problems: [...new Set(problems)], labels, svgs: document.querySelectorAll('svg').length,
    images: document.images.length, height: document.documentElement.scrollHeight});
})()"""


class Browser:
    def __init__(self):
        self.home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
             "--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={self.home.name}", "about:blank"],
            stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            found = re.search(r"listening on ws://([^/]+)/", line)
            if found:
                break
        else:
            raise SystemExit("chromium did not start")
        with urllib.request.urlopen(f"http://{found[1]}/json") as answer:
            target = next(item for item in json.load(answer) if item["type"] == "page")
        self.socket = websocket.create_connection(target["webSocketDebuggerUrl"], timeout=120)
        self.count, self.events = 0, []

    def call(self, method, **parameters):
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.count:
                assert "error" not in message, (method, message["error"])
                return message["result"]
            self.events.append(message)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(json.loads(self.socket.recv()))

    def close(self):
        self.call("Browser.close")
        self.socket.close()
        self.process.wait()
        self.home.cleanup()


browser = Browser()
failed = []
try:
    for domain in ("Page", "Network", "Runtime", "Log"):
        browser.call(f"{domain}.enable")
    for width in (1280, 400):
        for scheme in ("light", "dark"):
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
            browser.call("Emulation.setEmulatedMedia", media="screen", features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.events.clear()
            browser.call("Page.navigate", url="file://" + page)
            browser.wait("Page.loadEventFired")
            browser.call("Runtime.evaluate", expression="document.querySelectorAll('details').forEach(d => d.open = true)")
            found = json.loads(browser.call("Runtime.evaluate", expression=LOOK)["result"]["value"])
            picture = browser.call("Page.captureScreenshot", captureBeyondViewport=True, clip={
                "x": 0, "y": 0, "width": width, "height": min(found["height"], 16000), "scale": 1})
            with open(f"{folder}/report-{width}-{scheme}.png", "wb") as file:
                file.write(base64.b64decode(picture["data"]))
            requests = [event["params"]["request"]["url"] for event in browser.events if event.get("method") == "Network.requestWillBeSent"]
            outside = [url for url in requests if not url.startswith("data:") and url != "file://" + urllib.request.pathname2url(page)]
            complaints = [event["params"]["entry"]["text"] for event in browser.events if event.get("method") == "Log.entryAdded"]
            problems = found["problems"] + [f"it asks for {url}" for url in outside] + complaints
            failed += [f"{width} {scheme}: {problem}" for problem in problems]
            assert found["svgs"] and found["labels"], found
            assert found["images"] or os.environ.get("IGR_WITHOUT_PICTURES"), found
            print(f"report: {width} pixels, {scheme}: {found['svgs']} figures with {found['labels']} labels,"
                  f" {found['images']} pictures, {found['height']} pixels high, {len(problems)} problems")
    scripts = browser.call("Runtime.evaluate", expression="document.scripts.length")["result"]["value"]
    if scripts:
        failed.append(f"{scripts} scripts")
    browser.call("Emulation.clearDeviceMetricsOverride")
    browser.call("Emulation.setEmulatedMedia", media="print", features=[])
    printed = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=False, printBackground=False)["data"])
    with open(f"{folder}/report.pdf", "wb") as file:
        file.write(printed)
    assert printed.startswith(b"%PDF") and len(printed) > 10_000
finally:
    browser.close()
for problem in failed[:40]:
    print("report:", problem)
sys.exit(bool(failed))
