// What has to happen in the browser: copying to the clipboard, and drawing charts with ECharts.
(() => {
  'use strict';
  if (window.postern) return;

  // Okabe and Ito's palette: colours that people with any colour blindness can tell apart. Index: result type.
  const PALETTE = ['#d55e00', '#cc79a7', '#e69f00', '#0072b2', '#56b4e9', '#009e73', '#8a6d00', '#7f3fbf', '#b8860b',
    '#4c72b0', '#a0522d', '#7a7a7a'];

  function css(element, name, fallback) {
    // A probe element resolves light-dark() and relative colours to what the browser would paint.
    const probe = document.createElement('span');
    probe.style.color = `var(${name}, ${fallback})`;
    probe.style.display = 'none';
    element.appendChild(probe);
    const canvas = document.createElement('canvas').getContext('2d');
    canvas.fillStyle = getComputedStyle(probe).color;
    probe.remove();
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`;
  }

  function tone(element, name) {
    if (name === 'good') return css(element, '--postern-chart-good', '#2f5bea');
    if (name === 'problem') return css(element, '--postern-chart-problem', '#d55e00');
    return PALETTE[Number(name) % PALETTE.length];
  }

  const number = new Intl.NumberFormat('en');

  function base(element) {
    const text = css(element, '--vaadin-text-color-secondary', '#555');
    const line = css(element, '--vaadin-border-color-secondary', '#ddd');
    return {
      text, line,
      option: {
        animationDuration: 250,
        textStyle: { fontFamily: getComputedStyle(element).fontFamily, color: text },
        tooltip: {
          trigger: 'axis', axisPointer: { type: 'shadow' }, confine: true,
          backgroundColor: css(element, '--vaadin-background-color', '#fff'),
          borderColor: line,
          textStyle: { color: css(element, '--vaadin-text-color', '#111') },
          valueFormatter: (value) => number.format(value),
        },
        legend: { type: 'scroll', top: 0, left: 0, icon: 'roundRect', itemWidth: 10, itemHeight: 10,
          textStyle: { color: text } },
      },
    };
  }

  function valueAxis(style, extra) {
    return { type: 'value', minInterval: 1, axisLabel: { color: style.text, formatter: (v) => short(v) },
      splitLine: { lineStyle: { color: style.line } }, splitNumber: 3, ...extra };
  }

  function short(value) {
    return value >= 1e6 ? `${+(value / 1e6).toFixed(1)}M` : value >= 1e3 ? `${+(value / 1e3).toFixed(1)}k` : `${value}`;
  }

  function days(element, data, style) {
    const lower = data.series.some((series) => series.panel === 1);
    const label = (value) => new Date(`${value}T00:00:00Z`)
      .toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
    const category = (index, shown) => ({ type: 'category', data: data.labels, gridIndex: index,
      axisTick: { show: false }, axisLine: { lineStyle: { color: style.line } },
      axisLabel: { show: shown, color: style.text, formatter: label, hideOverlap: true } });
    const option = style.option;
    option.axisPointer = { link: [{ xAxisIndex: 'all' }] };
    option.grid = lower
      ? [{ left: 48, right: 12, top: 36, height: '38%' }, { left: 48, right: 12, top: '62%', bottom: 28 }]
      : [{ left: 48, right: 12, top: 36, bottom: 28 }];
    option.xAxis = lower ? [category(0, false), category(1, true)] : [category(0, true)];
    option.yAxis = lower
      ? [valueAxis(style, { name: 'Sessions', nameTextStyle: { color: style.text, align: 'left' }, nameGap: 8,
          nameLocation: 'start', show: true, splitNumber: 2 }),
        valueAxis(style, { gridIndex: 1, splitNumber: 2 })]
      : [valueAxis(style, {})];
    if (lower) option.yAxis[0].name = '';
    option.series = data.series.map((series) => ({
      name: series.name, type: 'bar', stack: `panel${series.panel}`, data: series.values, barMaxWidth: 26,
      xAxisIndex: series.panel, yAxisIndex: series.panel,
      itemStyle: { color: tone(element, series.tone), borderRadius: 2 },
    }));
    return option;
  }

  function bars(element, data, style) {
    const option = style.option;
    option.legend.show = data.series.length > 1;
    // The figures differ by orders of magnitude between a large provider and a small one: let each label say its own.
    option.grid = { left: 8, right: 56, top: data.series.length > 1 ? 32 : 4, bottom: 4, containLabel: true };
    option.xAxis = { ...valueAxis(style, {}), show: false };
    option.yAxis = { type: 'category', inverse: true, data: data.labels, axisTick: { show: false },
      axisLine: { show: false }, axisLabel: { color: style.text, width: 170, overflow: 'truncate' } };
    option.series = data.series.map((series, index) => ({
      name: series.name, type: 'bar', stack: 'all', data: series.values, barMaxWidth: 18,
      itemStyle: { color: tone(element, series.tone), borderRadius: 3 },
      label: { show: index === data.series.length - 1, position: 'right', color: style.text,
        formatter: (point) => number.format(data.series.reduce((sum, s) => sum + s.values[point.dataIndex], 0)) },
    }));
    element.style.height = `${Math.max(90, data.labels.length * 34 + (data.series.length > 1 ? 44 : 16))}px`;
    return option;
  }

  function draw(element) {
    const data = element.posternData;
    if (!data || !window.echarts || !element.isConnected) return;
    const style = base(element);
    const option = data.kind === 'days' ? days(element, data, style) : bars(element, data, style);
    const chart = window.echarts.getInstanceByDom(element) || window.echarts.init(element, null, { renderer: 'svg' });
    chart.resize();
    chart.setOption(option, true);
  }

  const drawn = new Set();
  const redraw = () => drawn.forEach((element) => (element.isConnected ? draw(element) : drawn.delete(element)));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributes: true, attributeFilter: ['theme', 'style'] });

  window.postern = {
    chart(element, data) {
      element.posternData = data;
      if (!drawn.has(element)) {
        drawn.add(element);
        new ResizeObserver(() => {
          const chart = window.echarts && window.echarts.getInstanceByDom(element);
          if (chart) chart.resize(); else draw(element);
        }).observe(element);
      }
      draw(element);
    },
    copyOnClick(button, value) {
      button.addEventListener('click', async () => {
        const row = button.closest('.copy-row');
        try {
          await navigator.clipboard.writeText(value);
        } catch (refused) {
          // Without HTTPS a browser has no clipboard for pages; the old way still works.
          const area = document.createElement('textarea');
          area.value = value;
          area.style.position = 'fixed';
          area.style.opacity = '0';
          (button.closest('[role=dialog]') || document.body).appendChild(area);
          area.select();
          document.execCommand('copy');
          area.remove();
        }
        row.classList.add('copied');
        setTimeout(() => row.classList.remove('copied'), 1600);
      });
    },
  };
})();
