import assert from 'node:assert/strict';
import { test } from 'node:test';

import { embedCode } from 'festivity/map/share.js';

test('the code for another page holds the map as it is, and nothing that breaks out of it', () => {
  const code = embedCode('https://a.example/embed/', '?a=1&b=2', '#16/1/2', 'Lights "here" <b>');
  assert.equal(
    code,
    '<iframe src="https://a.example/embed/?a=1&amp;b=2#16/1/2" width="100%" height="480" title="Lights &quot;here&quot; &lt;b>" loading="lazy"></iframe>',
  );
});
