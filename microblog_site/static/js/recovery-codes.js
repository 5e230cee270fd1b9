// Buttons that copy, download or print the recovery codes. Without scripts, they can be selected and printed.

const list = document.getElementById("recovery-codes");
const tools = document.querySelector(".recovery-codes-tools");
const text = [...list.querySelectorAll("code")].map((code) => `${code.textContent}\n`).join("");

const deeds = {
  async copy() {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(list); // no clipboard without https
      if (!document.execCommand("copy")) return;
    }
    const status = tools.querySelector("[role=status]");
    status.textContent = status.dataset.copied;
  },
  download() {
    const file = new Blob([`${list.dataset.title}\n\n${text}`], { type: "text/plain" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = "recovery-codes.txt";
    link.click();
  },
  print() {
    print();
  },
};

tools.hidden = false;
tools.addEventListener("click", ({ target }) => deeds[target.closest("button")?.dataset.tool]?.());
