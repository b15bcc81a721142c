/** The nonce that the server wrote into the page for its style elements. */
export function nonceOfPage(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}

/**
 * Gives every style element that a script makes the nonce of the page. Some parts of antd (scroll
 * lock, measuring of scroll bars) make theirs without, whatever `ConfigProvider` says, and would
 * be refused by the content security policy.
 */
export function giveStylesTheNonce(nonce: string): void {
  const make = document.createElement.bind(document);
  Object.defineProperty(document, "createElement", {
    configurable: true,
    value: (name: string, options?: ElementCreationOptions) => {
      const element = make(name, options);
      if (element instanceof HTMLStyleElement) element.nonce = nonce;
      return element;
    },
  });
}
